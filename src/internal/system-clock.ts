import type { Clock } from '../clock.ts'
import { onAbort } from './abort.ts'
import { unrefTimer } from './keep-alive.ts'
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
      const timer = setTimeout(resolve, ms)
      if (!keepAlive) unrefTimer(timer)
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
    if (!keepAlive) unrefTimer(timer)
    const release = onAbort(signal, () => {
      release()
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}
