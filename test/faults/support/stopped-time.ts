import type { Socket } from 'node:net'
import { onTestFinished, vi } from 'vitest'

/**
 * Stops time for one test, so that a busy machine is never taken for a vendor that stalls. What it returns lets time
 * pass, 50 ms at a turn of the event loop, for as long as a connection is open.
 */
export function stopTime(): (socket: Socket) => Promise<void> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
  onTestFinished(() => {
    // What is timed beyond a test, the turns in which waits begin, would never end.
    vi.advanceTimersByTime(50)
    vi.useRealTimers()
  })
  return async (socket) => {
    for (let turn = 0; turn < 100 && !socket.destroyed && vi.isFakeTimers(); turn++) {
      vi.advanceTimersByTime(50)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}
