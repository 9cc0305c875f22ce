import type { Clock } from '../clock.ts'
import { onAbort } from './abort.ts'
import { longestTimer } from './timers.ts'

/** The clock of the machine, safe from jumps of its wall clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep(ms, { signal, keepAlive = true } = {}) {
    return ms > longestTimer ? sleepLong(ms, signal, keepAlive) : sleepOnce(ms, signal, keepAlive)
  },
}

async function sleepLong(ms: number, signal: AbortSignal | undefined, keepAlive: boolean): Promise<void> {
  for (let left = ms; left > 0; left -= longestTimer) {
    await sleepOnce(Math.min(left, longestTimer), signal, keepAlive)
  }
}

function sleepOnce(ms: number, signal: AbortSignal | undefined, keepAlive: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!signal) {
      hold(setTimeout(resolve, ms), keepAlive)
      return
    }
    if (signal.aborted) {
      reject(signal.reason)
      return
    }
    const timer = setTimeout(() => {
      release()
      resolve()
    }, ms)
    hold(timer, keepAlive)
    const release = onAbort(signal, () => {
      release()
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}

// Timers are numbers on some runtimes, and keep nothing alive there.
function hold(timer: unknown, keepAlive: boolean): void {
  if (!keepAlive) (timer as { unref?(): void }).unref?.()
}
