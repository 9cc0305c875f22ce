import { type Duration, parseDuration } from '../duration.ts'
import { assertOption, copyOwn } from './options.ts'

/**
 * Converts a vendor's published limit for a limiter that counts in fixed windows, as BullMQ's does: 100 per 15 s becomes
 * 6 per 1 s. The published limit itself would allow twice as many: a hundred at the end of one window, and a
 * hundred at the beginning of the next.
 *
 * @param limit - `requests`, a whole number from 1, in any span of time `per` (ms, or with a unit)
 * @returns `max` requests in each window of `duration` ms, a whole number of seconds, at the highest rate possible. One
 *   request per span becomes one per span plus a second, which is right if a window begins with its first request, as
 *   in BullMQ.
 * @throws ConfigurationError `invalid-option` for anything else.
 */
export function evenLimit(limit: { readonly requests: number; readonly per: Duration }): {
  max: number
  duration: number
} {
  const { requests, per: span } = copyOwn(limit)
  assertOption(
    Number.isSafeInteger(requests) && requests >= 1,
    'evenLimit takes { requests, per }: requests must be a whole number from 1.',
  )
  const per = parseDuration(span, 'per')
  if (requests === 1) return { max: 1, duration: 1_000 * (Math.floor(per / 1_000) + 1) }
  let best = { max: 0, duration: 1_000 }
  for (const seconds of candidatesFor(per)) {
    // A span touches at most so many windows, as it may begin and end inside of one.
    const touched = Math.ceil(per / (1_000 * seconds)) + 1
    const max = Math.floor(requests / touched)
    if (max * best.duration > best.max * 1_000 * seconds) best = { max, duration: 1_000 * seconds }
  }
  return best
}

/**
 * The window lengths, in seconds, that can be the best: the shortest of those that divide the span into the same number of windows. Even
 * for a year these are few.
 */
function candidatesFor(per: number): number[] {
  const root = Math.ceil(Math.sqrt(per / 1_000)) + 1
  const candidates = new Set<number>()
  for (let count = 1; count <= root; count++)
    candidates.add(count).add(Math.max(1, Math.ceil(per / (1_000 * count))))
  return [...candidates].sort((a, b) => a - b)
}
