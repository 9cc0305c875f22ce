import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Observation, type ScheduleBounds, waitForCompletion } from '../../src/index.ts'
import { resolveSchedule } from '../../src/wait/schedule.ts'
import { apiError, completed, naiveClock, pending, running, scripted, unknown } from './world.ts'

afterEach(() => vi.restoreAllMocks())

const century = 100 * 365 * 86_400_000
const age = fc.oneof(fc.nat(10_000), fc.nat(86_400_000), fc.double({ min: 0, max: century, noNaN: true }))
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const bounds = fc
  .tuple(fc.integer({ min: 1, max: 600_000 }), fc.integer({ min: 0, max: 600_000 }))
  .map(([minDelay, more]) => ({ minDelay, maxDelay: minDelay + more }))
const job = fc.option(
  fc.oneof(
    fc.constantFrom(pending(), running(), unknown()),
    fc.double({ min: 0, max: 100, noNaN: true }).map((progress) => running({ progress })),
  ),
  { nil: undefined },
)
const seen = fc
  .record({
    age,
    job,
    polls: fc.integer({ min: 1, max: 10_000 }),
    unchanged: fc.nat(1_000),
    share: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  })
  .map(
    ({ job, share, ...rest }): Observation => ({
      ...rest,
      ...(job && { job }),
      ...(share !== null && { runningAge: rest.age * share }),
    }),
  )

function delayOf(schedule: ScheduleBounds | undefined, observation: Observation, dice = 0.5): number {
  const spy = vi.spyOn(Math, 'random').mockReturnValue(dice)
  try {
    return resolveSchedule(schedule)(observation)
  } finally {
    spy.mockRestore()
  }
}

describe('the adaptive schedule', () => {
  test('stays within its bounds, whatever was seen', () => {
    fc.assert(
      fc.property(bounds, seen, random, ({ minDelay, maxDelay }, observation, dice) => {
        const delay = delayOf({ minDelay, maxDelay }, observation, dice)
        expect(delay).toBeGreaterThanOrEqual(minDelay)
        expect(delay).toBeLessThanOrEqual(maxDelay)
      }),
    )
  })

  test('by default from a second to five minutes', () => {
    fc.assert(
      fc.property(seen, random, (observation, dice) => {
        const delay = delayOf(undefined, observation, dice)
        expect(delay).toBeGreaterThanOrEqual(1_000)
        expect(delay).toBeLessThanOrEqual(300_000)
      }),
    )
    expect(delayOf(undefined, { age: 0, polls: 1 })).toBeLessThan(2_000)
    expect(delayOf(undefined, { age: 365 * 86_400_000, polls: 1 })).toBeGreaterThan(200_000)
  })

  test('is spread by no more than 10 % either way', () => {
    fc.assert(
      fc.property(bounds, seen, random, (given, observation, dice) => {
        const middle = delayOf(given, observation)
        const delay = delayOf(given, observation, dice)
        // The bounds cut the spread off; from a bound the middle may be 10 % away already.
        expect(delay).toBeGreaterThanOrEqual(middle * 0.9 - 1)
        expect(delay).toBeLessThanOrEqual(middle * 1.1 + 1)
      }),
    )
  })

  test('is spread at all: a hundred waits do not march in step', () => {
    const delays = Array.from({ length: 100 }, () => resolveSchedule()({ age: 600_000, polls: 9 }))
    expect(new Set(delays).size).toBeGreaterThan(50)
  })

  test('polls an older export no more eagerly, where nothing else is known', () => {
    fc.assert(
      fc.property(bounds, age, age, fc.nat(1_000), random, (given, one, other, polls, dice) => {
        const [younger, older] = one < other ? [one, other] : [other, one]
        const before = delayOf(given, { age: younger, polls }, dice)
        expect(delayOf(given, { age: older, polls }, dice)).toBeGreaterThanOrEqual(before - 1e-6)
      }),
    )
  })

  test('looks again sooner at an export that says it is nearly done, and was quick', () => {
    fc.assert(
      fc.property(fc.integer({ min: 600_000, max: 3_600_000 }), (age) => {
        const almost = { age, polls: 9, unchanged: 0, runningAge: age }
        const blind = delayOf(undefined, { age, polls: 9 })
        expect(delayOf(undefined, { ...almost, progress: 99.4 })).toBeLessThan(blind)
      }),
    )
  })

  test('with minDelay equal to maxDelay is a fixed beat', () => {
    fc.assert(
      fc.property(seen, random, (observation, dice) => {
        expect(delayOf({ minDelay: '7s', maxDelay: '7s' }, observation, dice)).toBe(7_000)
      }),
    )
  })

  test('takes a minDelay beyond the default maxDelay', () => {
    expect(delayOf({ minDelay: '10m' }, { age: 0, polls: 1 })).toBeGreaterThanOrEqual(600_000)
  })
})

describe('a schedule of the user`s own', () => {
  test('is obeyed, in milliseconds or words', async () => {
    const clock = naiveClock()
    const delays = [5, '2s', 0, '1.5m'] as const
    const client = scripted(clock, pending(), apiError(503), running(), running(), completed)
    let index = 0
    await waitForCompletion(client, 'e1', { clock, schedule: () => delays[index++] ?? 0 })
    expect(client.times).toEqual([0, 5, 2_005, 2_005, 92_005])
  })

  test('is told age, polls and job, after failed polls too', async () => {
    const clock = naiveClock()
    const told: Observation[] = []
    const client = scripted(clock, pending(), apiError(503), running({ progress: 9 }), completed)
    await waitForCompletion(client, 'e1', {
      clock,
      schedule: (observation) => {
        told.push(observation)
        return 10_000
      },
    })
    expect(told).toMatchObject([
      { age: 0, polls: 1, job: pending() },
      { age: 10_000, polls: 2 },
      { age: 20_000, polls: 3, job: running({ progress: 9 }), progress: 9 },
    ])
    expect(told.map((observation) => observation.job !== undefined)).toEqual([true, false, true])
  })

  test('is not asked once the export is over, and never goes past the deadline', async () => {
    const clock = naiveClock()
    const schedule = vi.fn(() => '1h' as const)
    const client = scripted(clock, running(), completed)
    await waitForCompletion(client, 'e1', { clock, schedule, timeout: '1m' })
    expect(client.times).toEqual([0, 60_000])
    expect(schedule).toHaveBeenCalledTimes(1)
  })
})
