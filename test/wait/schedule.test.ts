import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Observation, type Schedule, type ScheduleBounds, waitForCompletion } from '../../src/index.ts'
import { resolveSchedule } from '../../src/wait/schedule.ts'
import { caughtError } from '../support/caught.ts'
import fc from '../support/fast-check.ts'
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
    const { plan, expected } = resolveSchedule(schedule)
    return plan(observation, expected).delay
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

  test('is spread at all: a hundred waits do not poll at once', () => {
    const delays = Array.from(
      { length: 100 },
      () => resolveSchedule().plan({ age: 600_000, polls: 9 }, undefined).delay,
    )
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

  test('polls sooner at an export that says it is nearly done, and was quick', () => {
    fc.assert(
      fc.property(fc.integer({ min: 600_000, max: 3_600_000 }), (age) => {
        const almost = { age, polls: 9, unchanged: 0, runningAge: age }
        const blind = delayOf(undefined, { age, polls: 9 })
        expect(delayOf(undefined, { ...almost, progress: 99.4 })).toBeLessThan(blind)
      }),
    )
  })

  const half = { age: 99_000, progress: 49.5, runningAge: 10_000 }
  test.each<[string, Partial<Observation>, number, number]>([
    ['a new export', { age: 0 }, 1_300, 2_600],
    ['an older one', { age: 3_000 }, 2_600, 5_200],
    ['one that runs and shows no progress', { ...half, progress: undefined }, 13_000, 26_000],
    ['one that shows progress and does not run', { ...half, runningAge: undefined }, 13_000, 26_000],
    ['one that is half done', half, 8_250, 9_000],
    ['one that has barely begun', { ...half, progress: 0.5, runningAge: 1_000 }, 20_800, 41_600],
    ['one that has begun', { ...half, progress: 0.5 }, 91_000, 182_000],
    ['one that is slow', { ...half, progress: 0.5, runningAge: 20_000 }, 91_000, 182_000],
    ['one that is a tenth done', { ...half, progress: 9.5, runningAge: 9_000 }, 61_500, 62_250],
    ['one that is almost done', { ...half, progress: 99.5 }, 1_000, 2_000],
    ['one that is done, it says', { ...half, progress: 100 }, 1_000, 2_000],
    ['one that has shown the same three times', { ...half, unchanged: 3 }, 8_250, 9_000],
    ['four times', { ...half, unchanged: 4 }, 9_900, 10_800],
    ['five times', { ...half, unchanged: 5 }, 11_880, 12_960],
    ['fifty times', { ...half, unchanged: 50 }, 13_000, 26_000],
    ['twice at its beginning', { age: 3_000, progress: 3, runningAge: 5_000, unchanged: 1 }, 1_820, 3_640],
    ['twice after a minute', { ...half, progress: 0.5, runningAge: 60_000, unchanged: 1 }, 91_000, 182_000],
  ])('waits as published for %s', (_, observation, delay, delayOfTwice) => {
    const seen = { age: 0, polls: 9, ...observation }
    expect(delayOf(undefined, seen)).toBeCloseTo(delay, 6)
    expect(delayOf({ minDelay: '2s' }, seen)).toBeCloseTo(delayOfTwice, 6)
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

test('a low percentage says little: an export of 7 s that shows 3 % after one is not polled next when it is long over', () => {
  fc.assert(
    fc.property(
      random,
      fc.integer({ min: 0, max: 3 }),
      fc.constantFrom(500, 1_000),
      (dice, progress, runningAge) => {
        const delay = delayOf(undefined, { age: 1_000, polls: 2, unchanged: 0, progress, runningAge }, dice)
        expect(delay).toBeLessThan(6_000)
      },
    ),
  )
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

  test('is told since when the export runs, and how many polls have found nothing new', async () => {
    const clock = naiveClock()
    const told: unknown[] = []
    const schedule = ({ runningAge, unchanged }: Observation) => {
      told.push([runningAge, unchanged])
      return 10_000
    }
    const client = scripted(
      clock,
      ...[pending(), pending(), running(), running(), apiError(503), running({ progress: 1 })],
      ...[unknown(), running(), completed],
    )
    await waitForCompletion(client, 'e1', { clock, schedule })
    expect(told).toEqual([
      [undefined, 0],
      [undefined, 1],
      // It began midway between the last poll that found it pending and the first that found it running.
      [5_000, 0],
      [15_000, 1],
      [25_000, 1],
      [35_000, 0],
      [undefined, 0],
      // Midway again, as nobody saw whether it ran meanwhile.
      [30_000, 0],
    ])
  })

  test.each([
    ['of its start', -60_000, 60_000],
    ['of none', undefined, 0],
    ['of a start still to come, as clocks differ', 60_000, 0],
  ])(
    'is told that an export found running has run since the first poll, or the start: %s',
    async (...row) => {
      const [, start, runningAge] = row
      vi.spyOn(Date, 'now').mockReturnValue(0)
      const clock = naiveClock()
      const schedule = vi.fn((_: Observation) => 1_000)
      const told = start === undefined ? {} : { createdAt: new Date(start), answeredAt: new Date(0) }
      await waitForCompletion(scripted(clock, running(told), completed), 'e1', { clock, schedule })
      expect(schedule.mock.calls[0]?.[0].runningAge).toBe(runningAge)
    },
  )

  test('that is async and rejects ends no process: it returned no duration', async () => {
    const schedule = (async () => {
      throw new Error('mine')
    }) as unknown as Schedule
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const clock = naiveClock()
    const error = await caughtError(waitForCompletion(scripted(clock, running()), 'e1', { clock, schedule }))
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', unhandled)
    expect(error.code).toBe('invalid-option')
    expect(unhandled).not.toHaveBeenCalled()
  })

  test.each([-1, 100.5, Number.NaN, '50', null, true])('is told of no progress of %j', async (progress) => {
    expect(await progressTold(progress)).toBeUndefined()
  })

  test.each([0, 0.5, 100])('is told of a progress of %j', async (progress) => {
    expect(await progressTold(progress)).toBe(progress)
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

/** What a schedule is told of what a client shows as progress. */
async function progressTold(progress: unknown): Promise<unknown> {
  const clock = naiveClock()
  const schedule = vi.fn((_: Observation) => 1_000)
  const client = scripted(clock, running({ progress: progress as number }), completed)
  await waitForCompletion(client, 'e1', { clock, schedule })
  return schedule.mock.calls[0]?.[0].progress
}
