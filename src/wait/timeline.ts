import type { Clock } from '../clock.ts'
import { systemClock } from '../internal/system-clock.ts'

const origins = new WeakMap<Clock, number>()

/**
 * Where the instants begin that a wait lives by: at the wall clock, since processes share no other. From there only
 * the monotonic clock moves them, so that a jump of the wall clock ends no wait early.
 *
 * @returns what to add to `clock.now()` for an instant in ms since the epoch
 */
export function originOf(clock: Clock): number {
  const known = origins.get(clock)
  if (known !== undefined) return known
  const origin = Date.now() - clock.now()
  // A clock of the user's own stands for time itself: between two polls of one wait it has gone on by what it
  // says, however little the machine's clock has. The machine's own clock starts from the wall clock each time.
  if (clock !== systemClock) origins.set(clock, origin)
  return origin
}
