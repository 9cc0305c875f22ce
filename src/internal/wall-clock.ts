import type { Clock } from '../clock.ts'
import { systemClock } from './system-clock.ts'

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
