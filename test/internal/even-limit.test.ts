import { describe, expect, test } from 'vitest'
import { type Duration, evenLimit } from '../../src/index.ts'
import fc from '../support/fast-check.ts'

describe('evenLimit', () => {
  test.each<[requests: number, per: Duration, max: number, duration: number]>([
    [100, '15s', 6, 1_000],
    [60, '1m', 6, 7_000],
    [1_000, '1h', 3, 11_000],
    [2, '1s', 1, 1_000],
    [2, '90s', 1, 90_000],
    [1, '1s', 1, 2_000],
    [1, 1_500, 1, 2_000],
    [10, 500, 5, 1_000],
  ])('%i per %s: %i per %i ms', (requests, per, max, duration) => {
    expect(evenLimit({ requests, per })).toEqual({ max, duration })
  })

  const limits = fc.record({
    requests: fc.integer({ min: 1, max: 60 }),
    per: fc.integer({ min: 1, max: 200_000 }),
  })

  test('holds in any window, however the requests of each fixed one lie', () => {
    const places = fc.infiniteStream(fc.constantFrom(0, 0.3, 1))
    fc.assert(
      fc.property(limits, places, ({ requests, per }, place) => {
        const { max, duration } = evenLimit({ requests, per })
        const times: number[] = []
        for (let start = 0; times.length < 3 * requests + 3; start += duration) {
          // It begins with its first request, as a window of BullMQ does.
          const rest = start + Number(place.next().value) * (duration - 0.001)
          for (let count = 0; count < max; count++) times.push(count === 0 ? start : rest)
        }
        for (const from of times) {
          const within = times.filter((time) => time >= from && time < from + per)
          expect(within.length).toBeLessThanOrEqual(requests)
        }
      }),
    )
  })

  test('of two requests and more, whenever the fixed windows begin', () => {
    fc.assert(
      fc.property(limits, fc.double({ min: 0, max: 1, noNaN: true }), ({ requests, per }, shift) => {
        const { max, duration } = evenLimit({ requests: requests + 1, per })
        const touched = Math.ceil((shift * duration + per) / duration)
        expect(max * touched).toBeLessThanOrEqual(requests + 1)
      }),
    )
  })

  test('has the best rate of whole seconds, the shorter window on a tie', () => {
    fc.assert(
      fc.property(limits, ({ requests, per }) => {
        fc.pre(requests > 1)
        let best = { max: 0, duration: 1_000 }
        for (let duration = 1_000; duration <= per + 1_000; duration += 1_000) {
          const max = Math.floor(requests / (Math.ceil(per / duration) + 1))
          if (max / duration > best.max / best.duration) best = { max, duration }
        }
        expect(evenLimit({ requests, per })).toEqual(best)
      }),
      { numRuns: 500 },
    )
  })

  test('is quick for the longest span', () => {
    expect(evenLimit({ requests: Number.MAX_SAFE_INTEGER, per: '36500d' }).max).toBeGreaterThan(0)
  })

  test.each([
    { requests: 0, per: '1s' },
    { requests: 1.5, per: '1s' },
    { requests: 5 },
    { per: '1s' },
    {},
    undefined,
  ])('refuses %j', (limit) => {
    expect(() => evenLimit(limit as never)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', code: 'invalid-option' }),
    )
  })
})
