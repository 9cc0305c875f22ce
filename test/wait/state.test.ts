import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  type ExportClient,
  type ExportJob,
  type Observation,
  pollOnce,
  ResponseError,
  startWait,
  type WaitState,
  waitForCompletion,
  watch,
} from '../../src/index.ts'
import fc from '../support/fast-check.ts'
import {
  apiError,
  canceled,
  completed,
  naiveClock,
  outcome,
  pending,
  running,
  type Step,
  scripted,
  waitErrorOf,
} from './world.ts'

afterEach(() => vi.restoreAllMocks())

const optional = [
  ...['since', 'startedAt', 'changedAt', 'status', 'rawStatus', 'progress', 'pendingAt', 'runningSince'],
  ...['unchanged', 'failingSince', 'notFoundSince', 'finished', 'expected'],
] as const

/** What DynamoDB does with a state: it refuses what is undefined, at any depth. */
function store<Value>(value: Value): Value {
  const keys = (part: unknown): unknown[] =>
    typeof part === 'object' && part !== null
      ? Object.values(part).flatMap((each) => [each, ...keys(each)])
      : []
  expect(keys(value)).not.toContain(undefined)
  const text = JSON.stringify(value)
  expect(JSON.parse(text)).toStrictEqual(value)
  return JSON.parse(text)
}

/** What MongoDB and many a table give back: null for what is absent. */
const withNulls = <Ref>(state: WaitState<Ref>): WaitState<Ref> =>
  ({ ...Object.fromEntries(optional.map((key) => [key, null])), ...state }) as unknown as WaitState<Ref>

describe('a state is of JSON values only', () => {
  test.each([
    ['a word', 'e1'],
    ['an object', { exportId: 'a', runId: 'b' }],
    [
      'an object with a key that is undefined',
      { exportId: 'a', region: undefined, list: [{ at: undefined }] },
    ],
  ])('from the start: %s', (_, ref) => {
    store(startWait(ref))
    store(startWait(ref, { since: new Date(5) }))
    store(startWait(ref, { since: undefined }))
  })

  const steps = fc.array(
    fc.constantFrom<Step>(
      pending(),
      running(),
      running({ progress: 4 }),
      apiError(503),
      apiError(404),
      completed,
    ),
    { minLength: 1, maxLength: 8 },
  )
  test('after each poll, and when the wait is given up', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const clock = naiveClock()
        const client = scripted(clock, ...script, apiError(403))
        let state = store(startWait('e1'))
        for (let poll = 0; poll <= script.length; poll++) {
          const { value, error } = await outcome(pollOnce(client, state, { clock }))
          if (error) {
            store((error as { state: unknown }).state)
            return
          }
          state = store((value as { state: typeof state }).state)
          await clock.sleep(1_000)
        }
      }),
    )
  })

  test.each([
    ['a Map', new Map()],
    ['a Date', new Date(0)],
    ['an instance of a class', new (class Ref {})()],
    ['a symbol', Symbol('e1')],
    ['a bigint', 5n],
    ['NaN', Number.NaN],
    ['a list with a hole', new Array(1)],
    ['a function within', { id: () => {} }],
    [
      'a cycle',
      (() => {
        const ref: { self?: object } = {}
        ref.self = ref
        return ref
      })(),
    ],
  ])('startWait refuses a ref that JSON would lose: %s', (_, ref) => {
    expect(() => startWait(ref)).toThrow(expect.objectContaining({ code: 'invalid-ref' }))
  })
})

describe('null read back is absent', () => {
  test.each(optional)('%s', async (key) => {
    const clock = naiveClock()
    const state = { ...startWait('e1'), [key]: null } as unknown as WaitState<string>
    const { wakeAt } = await pollOnce(scripted(clock, running()), state, { clock })
    expect(wakeAt?.getTime()).toBeGreaterThan(0)
  })

  test('a stall is told all the same', async () => {
    const clock = naiveClock()
    const client = scripted(clock, running())
    const options = { clock, stallAfter: '1m', schedule: () => 20_000 } as const
    let state = withNulls(startWait('e1'))
    const drive = async () => {
      for (;;) {
        state = withNulls((await pollOnce(client, state, options)).state)
        await clock.sleep(20_000)
      }
    }
    expect(await waitErrorOf(drive())).toMatchObject({ reason: 'stalled' })
    expect(clock.now()).toBe(60_000)
  })

  test('a wrong base URL is told soon all the same', async () => {
    const clock = naiveClock()
    const client = scripted(clock, new ResponseError('not-json', 'HTML', 'acme'))
    await waitErrorOf(waitForCompletion(client, withNulls(startWait('e1')), { clock }))
    expect(clock.now()).toBeLessThan(60_000)
  })
})

describe('a damaged state is refused', () => {
  const state = startWait('e1')
  test.each(
    [
      ['status', 'done'],
      ['status', 5],
      ['rawStatus', 7],
      ['progress', '50'],
      ['progress', 101],
      ['unchanged', -1],
      ['unchanged', 0.5],
      ['finished', 'yes'],
      ['finished', false],
      ['startedAt', 1e300],
      ['since', {}],
      ['runningSince', []],
      ['pendingAt', true],
      ['ref', undefined],
      ['polls', Number.NaN],
      ['version', 0],
      ['version', '2'],
      ['version', undefined],
    ].map(([key, value]) => ({ key: String(key), value })),
  )('$key: $value', async ({ key, value }) => {
    const get = vi.fn(async () => completed)
    const damaged = { ...state, [key]: value } as WaitState<string>
    for (const promise of [
      pollOnce({ vendor: 'acme', get }, damaged),
      waitForCompletion({ vendor: 'acme', get }, damaged),
      watch({ vendor: 'acme', get }, damaged).next(),
    ]) {
      expect((await outcome<unknown>(promise)).error).toMatchObject({
        name: 'ConfigurationError',
        code: 'invalid-state',
      })
    }
    expect(get).not.toHaveBeenCalled()
  })
})

test('a state of a newer version is told apart from a damaged one', async () => {
  const get = vi.fn(async () => completed)
  const errorOf = async (change: object) =>
    (await outcome(pollOnce({ vendor: 'acme', get }, { ...startWait('e1'), ...change } as WaitState<string>)))
      .error
  expect(await errorOf({ version: 2, polls: 'of another kind' })).toMatchObject({
    code: 'invalid-state',
    message: expect.stringContaining('newer version'),
    advice: expect.stringContaining('Update export-jobs'),
  })
  expect(await errorOf({ polls: -1 })).toMatchObject({
    code: 'invalid-state',
    message: expect.stringContaining('damaged'),
    advice: expect.stringContaining('startWait'),
  })
  expect(get).not.toHaveBeenCalled()
})

describe('the ref is copied', () => {
  const begin = () => {
    const seen: unknown[] = []
    const client = {
      vendor: 'acme',
      get: async (ref: { run: { id: string } }) => {
        seen.push(ref.run.id)
        return completed
      },
    }
    return { client, seen, ref: { run: { id: 'first' } } }
  }

  test('by startWait', async () => {
    const { client, seen, ref } = begin()
    const state = startWait(ref)
    ref.run.id = 'second'
    await pollOnce(client, state)
    expect(seen).toEqual(['first'])
  })

  test('by a wait and a watch, one object reused in a loop', async () => {
    const { client, seen, ref } = begin()
    const waits: Promise<unknown>[] = []
    const watches: AsyncIterable<unknown>[] = []
    for (const id of ['first', 'second', 'third']) {
      ref.run.id = id
      waits.push(waitForCompletion(client, ref))
      watches.push(watch(client, ref))
    }
    ref.run.id = 'last'
    await Promise.all(waits)
    expect(seen).toEqual(['first', 'second', 'third'])
    for (const updates of watches) for await (const _ of updates);
    expect(seen).toEqual(['first', 'second', 'third', 'first', 'second', 'third'])
  })
})

describe('a job in the place of its ref', () => {
  const job = running()
  test('is followed by a wait, a watch and a state, also after JSON', async () => {
    for (const given of [job, JSON.parse(JSON.stringify(job)) as typeof job]) {
      const clock = naiveClock()
      const client = scripted(clock, completed)
      await waitForCompletion(client, given, { clock })
      for await (const _ of watch(client, given, { clock }));
      await pollOnce(client, startWait(given), { clock })
      expect(client.calls.map(({ ref }) => ref)).toEqual(['e1', 'e1', 'e1'])
    }
  })

  test('of another vendor is refused before any request', async () => {
    const get = vi.fn(async () => completed)
    const client = { vendor: 'acme', get }
    const other = { ...job, vendor: 'other' }
    for (const promise of [waitForCompletion(client, other), watch(client, other).next()]) {
      expect((await outcome<unknown>(promise)).error).toMatchObject({ code: 'invalid-ref', vendor: 'acme' })
    }
    expect(get).not.toHaveBeenCalled()
  })
})

test('since of another realm, as of Jest, is a Date', async () => {
  const { runInNewContext } = await import('node:vm')
  expect(startWait('e1', { since: runInNewContext('new Date(5)') }).since).toBe(5)
})

test('an instant that is still to come is now: each limit of a wait ends', async () => {
  const clock = naiveClock()
  const wall = Date.UTC(2026, 0, 1)
  vi.spyOn(Date, 'now').mockReturnValue(wall)
  const future = wall + 90 * 86_400_000
  const state = { ...startWait('e1'), startedAt: future, failingSince: future, status: 'running' as const }
  const timeout = await waitErrorOf(
    waitForCompletion(scripted(clock, running()), state, { clock, timeout: '1h' }),
  )
  expect(timeout.reason).toBe('timeout')
  const unreachable = await waitErrorOf(
    waitForCompletion(scripted(clock, apiError(503)), state, { clock, timeout: '1d', tolerate: '10m' }),
  )
  expect(unreachable.reason).toBe('unreachable')
})

describe('the age of an export', () => {
  const hour = 3_600_000
  const wall = Date.UTC(2026, 0, 1)

  /** What schedules are told of the age, a poll every 10 s. */
  async function ages(
    client: ExportClient<string, ExportJob>,
    state: WaitState<string>,
    clock = naiveClock(),
  ) {
    vi.spyOn(Date, 'now').mockReturnValue(wall)
    const told: number[] = []
    const schedule = ({ age }: Observation) => {
      told.push(age)
      return 10_000
    }
    await outcome(waitForCompletion(client, state, { clock, schedule, timeout: 20_000 }))
    return told
  }

  /** A vendor whose clock is off by so much, and an export that is a minute old. */
  const off = (ms: number, clock = naiveClock()) => ({
    clock,
    client: scripted(clock, () =>
      running({
        createdAt: new Date(wall - 60_000 + ms),
        answeredAt: new Date(wall + clock.now() + ms),
      }),
    ),
  })

  test.each([0, hour, -hour, 9 * hour, -9 * hour])(
    'is told by the vendor`s clock, off by %d ms',
    async (ms) => {
      const { client, clock } = off(ms)
      expect(await ages(client, startWait('e1'), clock)).toEqual([60_000, 70_000])
    },
  )

  test('is at least the time since the first poll, whatever the vendor says', async () => {
    const clock = naiveClock()
    const ahead = running({ createdAt: new Date(wall + 9 * hour), answeredAt: new Date(wall) })
    expect(await ages(scripted(clock, ahead), startWait('e1'), clock)).toEqual([0, 10_000])
    const alwaysNew = running({ createdAt: new Date(wall), answeredAt: new Date(wall) })
    const second = naiveClock()
    expect(await ages(scripted(second, alwaysNew), startWait('e1'), second)).toEqual([0, 10_000])
  })

  test('is since the given start where the vendor tells nothing, or nonsense', async () => {
    const state = startWait('e1', { since: new Date(wall - hour) })
    for (const job of [
      running(),
      running({ createdAt: new Date(wall + hour), answeredAt: new Date(wall) }),
      // By our clock alone it would be a day old, by the epoch fifty-six years.
      running({ createdAt: new Date(wall - 24 * hour) }),
      running({ createdAt: new Date(0), answeredAt: new Date(wall) }),
    ]) {
      const clock = naiveClock()
      expect(await ages(scripted(clock, job), state, clock)).toEqual([hour, hour + 10_000])
      const later = naiveClock()
      expect(await ages(scripted(later, job), startWait('e1'), later)).toEqual([0, 10_000])
    }
  })

  test('a clock that is off costs neither a burst of polls nor a long gap', async () => {
    vi.spyOn(Date, 'now').mockReturnValue(wall)
    const counts: number[] = []
    for (const ms of [0, hour, -hour]) {
      const { client, clock } = off(ms)
      await waitErrorOf(waitForCompletion(client, 'e1', { clock }))
      counts.push(client.times.length)
      expect(client.times[1]).toBeLessThan(15_000)
    }
    expect(Math.max(...counts)).toBeLessThan(1.2 * Math.min(...counts))
  })
})

test('canceled is an end', async () => {
  const clock = naiveClock()
  const client = scripted(clock, running(), canceled, completed)
  const { error } = await outcome(waitForCompletion(client, 'e1', { clock }))
  expect(error).toMatchObject({ name: 'JobFailedError', code: 'job-canceled', job: canceled })
  const state = startWait('e1')
  const result = await pollOnce(scripted(naiveClock(), canceled), state)
  expect(result).not.toHaveProperty('wakeAt')
  expect(result.state.finished).toBe(true)
})
