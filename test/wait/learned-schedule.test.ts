import { afterEach, describe, expect, test, vi } from 'vitest'
import { summarizeDurations } from '../../src/duration-history.ts'
import {
  type Duration,
  pollOnce,
  type ScheduleBounds,
  startWait,
  type WaitState,
  waitForCompletion,
} from '../../src/index.ts'
import { learnedGap, resolveSchedule } from '../../src/wait/schedule.ts'
import fc from '../support/fast-check.ts'
import { completed, naiveClock, outcome, running, scripted } from './world.ts'

afterEach(() => vi.restoreAllMocks())

const century = 100 * 365 * 86_400_000
const duration = fc.oneof(
  fc.nat(10_000),
  fc.nat(86_400_000),
  fc.double({ min: 0, max: century, noNaN: true }),
)
const list = fc.array(duration, { minLength: 1, maxLength: 40 })

function delayOf(schedule: ScheduleBounds, age: number): number {
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  const { plan, expected } = resolveSchedule(schedule)
  return plan({ age, polls: 1 }, expected).delay
}

describe('a schedule that knows earlier exports', () => {
  test('stays within its bounds, whatever they took', () => {
    fc.assert(
      fc.property(list, duration, fc.integer({ min: 1, max: 600_000 }), (expected, age, minDelay) => {
        const delay = delayOf({ expected, minDelay, maxDelay: 2 * minDelay }, age)
        expect(delay).toBeGreaterThanOrEqual(minDelay)
        expect(delay).toBeLessThanOrEqual(2 * minDelay)
      }),
    )
  })

  test('has a gap for every age and history', () => {
    fc.assert(
      fc.property(list, duration, duration, (durations, age, minDelay) => {
        const gap = learnedGap(age, minDelay, summarizeDurations(durations) as never)
        // From an age of a hundred years, digits are lost.
        expect(gap).toBeGreaterThan(-1)
        expect(gap).toBeLessThan(Number.POSITIVE_INFINITY)
      }),
    )
  })

  const expected: Duration[] = ['280s', '300s', '320s', '290s', '310s']
  test('polls seldom before, often about then, seldom after', () => {
    const blind = (age: number) => delayOf({}, age)
    expect(delayOf({ expected }, 5_000)).toBeGreaterThan(3 * blind(5_000))
    expect(delayOf({ expected }, 300_000)).toBeLessThan(blind(300_000) / 2)
    expect(delayOf({ expected }, 3_000_000)).toBeGreaterThan(blind(3_000_000) / 2)
  })

  test('polls the more sharply, the more exports agree', () => {
    const at = (count: number) => delayOf({ expected: Array(count).fill('5m') as Duration[] }, 300_000)
    expect(at(3)).toBeLessThan(at(1))
    expect(at(10)).toBeLessThan(at(3))
  })

  test('one duration is a list of one, and an empty list is knowing nothing', () => {
    expect(delayOf({ expected: '5m' }, 60_000)).toBe(delayOf({ expected: [300_000] }, 60_000))
    expect(delayOf({ expected: [] }, 60_000)).toBe(delayOf({}, 60_000))
  })

  test('only the latest thirty count', () => {
    const latest = Array(30).fill('5m') as Duration[]
    expect(delayOf({ expected: ['1h', '2h', ...latest] }, 60_000)).toBe(delayOf({ expected: latest }, 60_000))
    expect(delayOf({ expected: [...latest, '1h'] }, 60_000)).not.toBe(delayOf({ expected: latest }, 60_000))
  })

  test('goes by progress where the vendor reports it', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const { plan, expected } = resolveSchedule({ expected: '1h' })
    const seen = { age: 60_000, polls: 3, unchanged: 0, progress: 89.5, runningAge: 60_000 }
    expect(plan(seen, expected).delay).toBeLessThan(7_000)
    expect(plan({ ...seen, progress: undefined }, expected).delay).toBeGreaterThan(40_000)
  })

  test.each<[unknown]>([
    [-1],
    ['soon'],
    [['5m', 'soon']],
    [[Number.NaN]],
    [[null]],
    [null],
    [{}],
    [true],
    [{ count: 1, mean: 1, variance: 0 }],
    [new Set(['5m'])],
  ])('refuses %j before any request', async (given) => {
    const get = vi.fn(async () => completed)
    const schedule = { expected: given as Duration }
    const { error } = await outcome(waitForCompletion({ vendor: 'acme', get }, 'e1', { schedule }))
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid-option' })
    expect((error as Error).message).toContain('schedule.expected')
    expect(get).not.toHaveBeenCalled()
  })
})

describe('what is known survives in the state', () => {
  const expected: Duration[] = ['280s', '300s', '320s']

  const pollFrom = async (state: WaitState<string>, schedule?: ScheduleBounds) => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const clock = naiveClock()
    const client = scripted(clock, running())
    const { state: next, wakeAt } = await pollOnce(client, state, { clock, ...(schedule && { schedule }) })
    return { next, slept: Number(wakeAt) - (next.startedAt as number) }
  }
  const first = () => pollFrom(startWait('e1'), { expected })

  test('as three numbers, through JSON', async () => {
    const { next } = await first()
    expect(Object.keys(next.expected ?? {}).sort()).toEqual(['count', 'mean', 'variance'])
    expect(next.expected?.count).toBe(3)
    expect(Math.exp(next.expected?.mean as number)).toBeCloseTo(299.6, 1)
    expect(JSON.parse(JSON.stringify(next))).toEqual(next)
  })

  test('so that a poll without the option goes by it', async () => {
    const { next, slept } = await first()
    const blind = await pollFrom(startWait('e1'))
    expect(slept).toBeGreaterThan(2 * blind.slept)
    const again = { ...startWait('e1'), expected: next.expected } as WaitState<string>
    expect((await pollFrom(again)).slept).toBe(slept)
    expect((await pollFrom(again)).next.expected).toEqual(next.expected)
    // A store may write null for what is absent.
    const none = { ...startWait('e1'), expected: null } as unknown as WaitState<string>
    expect((await pollFrom(none)).slept).toBe(blind.slept)
  })

  test('until a poll is told otherwise', async () => {
    const { next } = await first()
    const state = { ...startWait('e1'), expected: next.expected } as WaitState<string>
    expect((await pollFrom(state, { expected: '7s' })).next.expected?.count).toBe(1)
    expect((await pollFrom(state, { expected: [] })).next.expected).toEqual(next.expected)
  })

  test('and the state that is handed out is nobody`s but the caller`s', async () => {
    const { next } = await first()
    const state = { ...startWait('e1'), expected: next.expected } as WaitState<string>
    const { next: after } = await pollFrom(state)
    ;(after.expected as { count: number }).count = 9
    expect(state.expected?.count).toBe(3)
  })

  test.each<[unknown]>([
    [5],
    ['5m'],
    [[1, 2, 3]],
    [{}],
    [{ count: 0, mean: 1, variance: 0 }],
    [{ count: 1.5, mean: 1, variance: 0 }],
    [{ count: 1, mean: '1', variance: 0 }],
    [{ count: 1, mean: 1e300, variance: 0 }],
    [{ count: 1, mean: 1, variance: -1 }],
    [{ count: 1, mean: 1, variance: null }],
  ])('damaged, it is refused: %j', async (damaged) => {
    const state = { ...startWait('e1'), expected: damaged } as WaitState<string>
    const { error } = await outcome(pollOnce(scripted(naiveClock(), running()), state))
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid-state' })
  })
})
