import { type Duration, parseDuration } from '../duration.ts'
import { assertOption, copyOwn } from './options.ts'

/**
 * A limit for a limiter that counts in fixed windows, as BullMQ's does, that keeps a published limit in any window.
 * The published one itself does not: a hundred requests at the end of one window and a hundred at the beginning of the
 * next are two hundred at once. 100 per 15 s becomes 6 per 1 s.
 *
 * @param limit - `requests`, a whole number from 1, in any span of time `per` (ms, or with a unit)
 * @returns `max` requests in each window of `duration` ms, a whole number of seconds, at the best rate there is. Of one
 *   request per span it is one per a second more, which holds where a window begins with its first request, as
 *   BullMQ's do
 * @throws ConfigurationError `invalid-option` for no such limit.
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
    // A span touches at most so many windows: it may begin and end within one.
    const touched = Math.ceil(per / (1_000 * seconds)) + 1
    const max = Math.floor(requests / touched)
    if (max * best.duration > best.max * 1_000 * seconds) best = { max, duration: 1_000 * seconds }
  }
  return best
}

/**
 * The lengths that can be the best: of those that cut the span into as many windows, only the shortest. That leaves
 * few even of a year.
 */
function candidatesFor(per: number): number[] {
  const root = Math.ceil(Math.sqrt(per / 1_000)) + 1
  const candidates = new Set<number>()
  for (let count = 1; count <= root; count++)
    candidates.add(count).add(Math.max(1, Math.ceil(per / (1_000 * count))))
  return [...candidates].sort((a, b) => a - b)
}
