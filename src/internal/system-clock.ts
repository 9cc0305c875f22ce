import type { Clock } from '../clock.ts'
import { onAbort } from './abort.ts'
import { longestTimer, unrefTimer } from './timers.ts'

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

const offsets = new WeakMap<Clock, number>()

/**
 * How far the wall clock is ahead of a clock, in ms. Instants of a wait are of the wall clock, since processes share no
 * other; read once per wait, so that within it only the monotonic clock moves them, and a jump of the wall clock ends
 * no wait early.
 */
export function wallClockOffset(clock: Clock): number {
  const known = offsets.get(clock)
  if (known !== undefined) return known
  const offset = Date.now() - clock.now()
  // A clock of the user's own may run faster than the machine's: between two polls of a queue, time is what it says.
  if (clock !== systemClock) offsets.set(clock, offset)
  return offset
}
