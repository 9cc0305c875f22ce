import { describe, expect, test, vi } from 'vitest'
import {
  ConfigurationError,
  type Duration,
  pollOnce,
  pollStep,
  startWait,
  type Update,
  waitForCompletion,
  watch,
} from '../../src/index.ts'
import { resolveWaitOptions } from '../../src/wait/wait.ts'
import fc from '../support/fast-check.ts'
import {
  type AcmeJob,
  apiError,
  completed,
  gaps,
  naiveClock,
  outcome,
  pending,
  running,
  scripted,
  waitErrorOf,
} from './world.ts'

const badDurations = [
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1e15,
  '',
  '1',
  's',
  '1 s',
  '-1s',
  '1w',
  '1e3s',
  {},
  true,
]

const badOptions: [string, object][] = [
  ...['timeout', 'tolerate', 'notFoundGrace', 'stallAfter'].flatMap((name) =>
    badDurations.map((value): [string, object] => [name, { [name]: value }]),
  ),
  ...['minDelay', 'maxDelay'].flatMap((name) =>
    badDurations.map((value): [string, object] => ['schedule', { schedule: { [name]: value } }]),
  ),
  ['schedule', { schedule: { minDelay: '2s', maxDelay: '1s' } }],
  ['schedule', { schedule: '1s' }],
  ['schedule', { schedule: 5 }],
  ['schedule', { schedule: null }],
  ['schedule', { schedule: [] }],
  ['schedule', { schedule: ['1s', '5m'] }],
  ['schedule', { schedule: new Map() }],
  ['schedule', { schedule: new Date(0) }],
  ['schedule', { schedule: new (class Bounds {})() }],
  ['schedule', { schedule: Promise.resolve({}) }],
  ['signal', { signal: new AbortController() }],
  ['signal', { signal: null }],
  ['signal', { signal: 'now' }],
  ['signal', { signal: { throwIfAborted() {} } }],
  ['signal', { signal: { aborted: false, throwIfAborted() {} } }],
  ['signal', { signal: { aborted: false, addEventListener: true } }],
  ['signal', { signal: { aborted: 0, addEventListener() {}, removeEventListener() {} } }],
  ['clock', { clock: {} }],
  ['clock', { clock: { now: () => 0 } }],
  ['clock', { clock: { sleep: async () => {} } }],
  ['clock', { clock: null }],
  ['keepAlive', { keepAlive: 'no' }],
  ['keepAlive', { keepAlive: null }],
  ['onUpdate', { onUpdate: 'log' }],
]

const show = (options: object) =>
  Object.entries(options).map(
    ([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
  )

describe('options that cannot be are refused before any request', () => {
  test.each(badOptions.map(([name, options]) => ({ name, options, shown: show(options).join() })))(
    '$shown',
    async ({ name, options }) => {
      const get = vi.fn(async () => completed)
      const client = { vendor: 'acme', get }
      for (const promise of [
        waitForCompletion(client, 'e1', options),
        watch(client, 'e1', options).next(),
        pollOnce(client, startWait('e1'), options),
      ]) {
        const { error } = await outcome<unknown>(promise)
        expect(error).toBeInstanceOf(ConfigurationError)
        expect(error).toMatchObject({ code: 'invalid-option', retryable: false })
        expect((error as Error).message).toContain(name)
      }
      expect(get).not.toHaveBeenCalled()
    },
  )

  test('an EventTarget is no signal', async () => {
    const client = scripted(naiveClock(), completed)
    const options = { signal: new EventTarget() as AbortSignal }
    const { error } = await outcome(waitForCompletion(client, 'e1', options))
    expect(error).toBeInstanceOf(ConfigurationError)
  })
})

test.each([
  [undefined, true],
  [true, true],
  [false, false],
])('with keepAlive of %j the clock is told %j', async (keepAlive, told) => {
  const clock = naiveClock()
  const sleep = vi.spyOn(clock, 'sleep')
  await waitForCompletion(scripted(clock, running(), completed), 'e1', { clock, keepAlive })
  expect(sleep.mock.calls.map(([, options]) => options?.keepAlive)).toEqual([told])
})

test.each([
  undefined,
  null,
  {},
  { timeout: undefined, schedule: undefined, signal: undefined, clock: undefined },
])('options of %j are the defaults', async (options) => {
  const client = scripted(naiveClock(), completed)
  expect(await waitForCompletion(client, 'e1', options as object)).toBe(completed)
})

describe('a schedule of the user`s own', () => {
  test.each([
    [
      'throws',
      () => {
        throw new Error('secret words')
      },
    ],
    ['returns nothing', () => undefined],
    ['returns NaN', () => Number.NaN],
    ['returns a negative delay', () => -5],
    ['returns a word', () => 'soon'],
    ['returns a promise', async () => 5],
    ['returns for ever', () => Number.POSITIVE_INFINITY],
  ])('that %s is a ConfigurationError', async (_, schedule) => {
    const clock = naiveClock()
    const client = scripted(clock, running())
    const { error } = await outcome(
      waitForCompletion(client, 'e1', { clock, schedule: schedule as () => number }),
    )
    expect(error).toBeInstanceOf(ConfigurationError)
    expect(error).toMatchObject({ code: 'invalid-option' })
    expect((error as Error).message).not.toContain('secret words')
    expect(client.times).toHaveLength(1)
  })

  test('that fails once, later on, is a failed poll, and the default schedule decides', async () => {
    const clock = naiveClock()
    const client = scripted(clock, running(), running(), running({ progress: 50 }), completed)
    const delays = ['7s', 'soon', '7s']
    const schedule = (() => delays.shift()) as () => Duration
    const updates: Update<AcmeJob>[] = []
    const onUpdate = (update: Update<AcmeJob>) => void updates.push(update)
    expect(await waitForCompletion(client, 'e1', { clock, schedule, onUpdate })).toBe(completed)
    expect(updates.map(({ type }) => type)).toEqual(['job', 'poll-failed', 'job', 'job'])
    expect(updates[1]).toMatchObject({ error: { code: 'invalid-option' } })
    const [first, second] = gaps(client.times)
    expect(first).toBe(7_000)
    expect(second).toBeGreaterThan(1_000)
  })

  test('that fails for good, later on, ends in a WaitError with a state', async () => {
    const clock = naiveClock()
    const delays = ['7s']
    const schedule = (() => delays.shift()) as () => Duration
    const options = { clock, schedule, timeout: '5m' } as const
    const error = await waitErrorOf(waitForCompletion(scripted(clock, running()), 'e1', options))
    expect(error).toMatchObject({ reason: 'timeout', state: { ref: 'e1', status: 'running' } })
  })

  test('that throws is not asked about an export that is over', async () => {
    const schedule = () => {
      throw new Error('never asked')
    }
    expect(await waitForCompletion(scripted(naiveClock(), completed), 'e1', { schedule })).toBe(completed)
  })
})

test.each([undefined, null])('a ref that is %j is refused before any request', async (ref) => {
  const get = vi.fn(async () => completed)
  const client = { vendor: 'acme', get }
  for (const promise of [waitForCompletion(client, ref as never), watch(client, ref as never).next()]) {
    const { error } = await outcome<unknown>(promise)
    expect(error).toBeInstanceOf(ConfigurationError)
    expect(error).toMatchObject({ code: 'invalid-ref' })
  }
  expect(() => startWait(ref)).toThrow(expect.objectContaining({ code: 'invalid-ref' }))
  expect(get).not.toHaveBeenCalled()
})

test.each([[undefined], [null], [{}], [Promise.resolve({ vendor: 'acme', get: async () => completed })]])(
  'a client that is %j is refused in words',
  async (client) => {
    for (const call of [
      () => waitForCompletion(client as never, 'e1'),
      () => watch(client as never, 'e1').next(),
      () => pollOnce(client as never, startWait('e1')),
      () => pollStep(client as never, startWait('e1')),
    ]) {
      const { error } = await outcome<unknown>(call())
      expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid-option' })
      expect((error as Error).message).toContain('The first argument must be a client')
    }
  },
)

test.each<[what: string, ref: unknown]>([
  ['as JSON', JSON.stringify(startWait('e1'))],
  ['as a ref', startWait('e1')],
])('a state %s is no ref, and how to resume is told', async (_, ref) => {
  const get = vi.fn(async () => completed)
  const told = { code: 'invalid-ref', message: expect.stringContaining('To resume that wait') }
  expect(() => startWait(ref)).toThrow(expect.objectContaining(told))
  if (typeof ref === 'string') {
    const { error } = await outcome(waitForCompletion({ vendor: 'acme', get }, ref as never))
    expect(error).toMatchObject(told)
  }
  expect(get).not.toHaveBeenCalled()
})

describe('states that cannot be', () => {
  const good = JSON.parse(JSON.stringify(startWait('e1')))
  const bad: unknown[] = [
    { ...good, version: 2 },
    { ...good, version: '1' },
    { ...good, version: undefined },
    { ...good, ref: undefined },
    { ...good, ref: null },
    { ...good, polls: 1.5 },
    { ...good, polls: -1 },
    { ...good, polls: '3' },
    { ...good, polls: undefined },
    ...['since', 'startedAt', 'changedAt', 'failingSince', 'notFoundSince'].flatMap((key) => [
      { ...good, [key]: 'yesterday' },
      { ...good, [key]: Number.NaN },
    ]),
  ]

  test.each(bad)('%j', async (state) => {
    const get = vi.fn(async () => completed)
    for (const promise of [
      pollOnce({ vendor: 'acme', get }, state as typeof good),
      waitForCompletion({ vendor: 'acme', get }, state as typeof good),
    ]) {
      const { error } = await outcome<unknown>(promise)
      expect(error).toBeInstanceOf(ConfigurationError)
      expect(error).toMatchObject({ code: 'invalid-state' })
    }
    expect(get).not.toHaveBeenCalled()
  })

  test.each([undefined, null])('a ref of %j is none', async (ref) => {
    const get = vi.fn(async () => completed)
    expect(() => startWait(ref)).toThrow(expect.objectContaining({ code: 'invalid-ref' }))
    const { error } = await outcome(waitForCompletion({ vendor: 'acme', get }, ref))
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid-ref' })
    expect(get).not.toHaveBeenCalled()
  })

  test('a ref that has a kind of its own is a ref', async () => {
    const get = vi.fn(async () => completed)
    const ref = { kind: 'monthly', version: 1 }
    await waitForCompletion({ vendor: 'acme', get }, ref)
    expect(get).toHaveBeenCalledWith(ref, expect.anything())
  })

  test('anything at all that startWait did not make', async () => {
    const get = vi.fn(async () => completed)
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (state) => {
        const { error } = await outcome(pollOnce({ vendor: 'acme', get }, state as typeof good))
        expect(error).toMatchObject({ code: 'invalid-state' })
      }),
    )
    expect(get).not.toHaveBeenCalled()
  })

  test.each(['yesterday', 5, new Date(Number.NaN), null])('startWait refuses %j as since', (since) => {
    expect(() => startWait('e1', { since: since as Date })).toThrow(ConfigurationError)
  })
})

test.each([
  ...['since', 'startedAt', 'changedAt', 'status', 'rawStatus', 'progress', 'pendingAt', 'runningSince'],
  ...['unchanged', 'failingSince', 'notFoundSince'],
])('a state without the %s that it may lack goes on', async (key) => {
  const clock = naiveClock()
  const client = scripted(clock, pending(), running({ progress: 4 }), apiError(404), running({ progress: 4 }))
  let state = startWait('e1', { since: new Date(0) })
  for (let poll = 0; poll < 8; poll++) {
    const result = await pollOnce(client, { ...state, [key]: undefined }, { clock })
    expect(result.wakeAt?.getTime()).toBeGreaterThan(0)
    await clock.sleep(1_000)
    state = result.state
  }
})

test.each([['2h'], [''], [0], [5], [true], [[]], [new Map()], [Promise.resolve({})]])(
  'options that are %j are refused before any request',
  async (options) => {
    expect(() => resolveWaitOptions(options as never)).toThrow(
      expect.objectContaining({ code: 'invalid-option' }),
    )
  },
)
