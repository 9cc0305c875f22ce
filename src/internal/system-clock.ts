import type { Clock, SleepOptions } from '../clock.ts'
import { onAbort, raceAbort } from './abort.ts'
import { longestTimer, unrefTimer } from './timers.ts'

/** The machine's monotonic clock: jumps of the wall clock do not affect it. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep(ms, { signal, keepAlive = true } = {}) {
    return ms > longestTimer ? sleepLong(ms, signal, keepAlive) : sleepOnce(ms, signal, keepAlive)
  },
}

/** Sleeps by any clock. A user's own may ignore the signal, or reject with an error of its own on abort. */
export function sleepBy(clock: Clock, ms: number, options: SleepOptions): Promise<void> {
  const sleep = clock.sleep(ms, options)
  return clock === systemClock || !options.signal ? sleep : raceAbort(sleep, { signal: options.signal })
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
 * How far the wall clock is ahead of a clock, in ms. A wait's instants are wall-clock times, as processes share no other
 * clock. The offset is read once per wait: within a wait only the monotonic clock counts, and a jump of the wall clock
 * ends no wait early.
 */
export function wallClockOffset(clock: Clock): number {
  const known = offsets.get(clock)
  if (known !== undefined) return known
  const offset = Date.now() - clock.now()
  // A user's own clock may run faster than the machine's: between two polls of a queue, its time counts.
  if (clock !== systemClock) offsets.set(clock, offset)
  return offset
}
