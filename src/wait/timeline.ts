import { type Clock, systemClock } from '../clock.ts'

const origins = new WeakMap<Clock, number>()

/**
 * The instants that a wait lives by: they begin at the wall clock, since processes share no other, and from
 * there only the monotonic clock moves them, so that a jump of the wall clock ends no wait early.
 *
 * @returns a function that tells the present instant, in whole ms since the epoch
 */
export function createTimeline(clock: Clock): () => number {
  const origin = originOf(clock)
  return () => Math.round(origin + clock.now())
}

// A clock of the user's own stands for time itself: between two polls of one wait it has gone on by what it
// says, however little the machine's clock has. The machine's own clock starts from the wall clock each time.
function originOf(clock: Clock): number {
  const known = origins.get(clock)
  if (known !== undefined) return known
  const origin = Date.now() - clock.now()
  if (clock !== systemClock) origins.set(clock, origin)
  return origin
}
