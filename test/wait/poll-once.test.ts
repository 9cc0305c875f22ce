import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  type Clock,
  type Duration,
  pollOnce,
  ResponseError,
  type Schedule,
  startWait,
  TransportError,
  type Update,
  WaitError,
  type WaitOptions,
  type WaitState,
  waitForCompletion,
  watch,
} from '../../src/index.ts'
import fc from '../support/fast-check.ts'
import {
  type AcmeClient,
  type AcmeJob,
  apiError,
  completed,
  deepFreeze,
  expired,
  failed,
  naiveClock,
  outcome,
  pending,
  running,
  type Step,
  scripted,
  unknown,
  waitErrorOf,
} from './world.ts'

const wallClock = Date.UTC(2026, 0, 1)

beforeEach(() => {
  vi.spyOn(Date, 'now').mockReturnValue(wallClock)
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})
afterEach(() => vi.restoreAllMocks())

const throughJson = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value))

interface Story {
  updates: Update<AcmeJob>[]
  times: number[]
  end: unknown
}

type Options = WaitOptions<AcmeJob>

/** A wait in memory. */
async function inMemory(script: Step[], options: Options): Promise<Story> {
  const clock = naiveClock()
  const client = scripted(clock, ...script)
  const updates: Update<AcmeJob>[] = []
  const { error } = await outcome(
    (async () => {
      for await (const update of watch(client, 'e1', { ...options, clock })) updates.push(update)
    })(),
  )
  return { updates, times: client.times, end: told(error) }
}

/** The same, put away as JSON after each poll. */
async function throughQueue(script: Step[], options: Options): Promise<Story> {
  const clock = naiveClock()
  const client = scripted(clock, ...script)
  const updates: Update<AcmeJob>[] = []
  const { error } = await outcome(drive(client, startWait('e1'), { ...options, clock }, clock, updates))
  return { updates, times: client.times, end: told(error) }
}

async function drive(
  client: AcmeClient,
  first: WaitState<string>,
  options: Options,
  clock: Clock,
  updates: Update<AcmeJob>[] = [],
): Promise<WaitState<string>> {
  let state = deepFreeze(throughJson(first))
  while (true) {
    const kept = JSON.stringify(state)
    const result = await pollOnce(client, state, options)
    expect(JSON.stringify(state)).toBe(kept)
    updates.push(result.update)
    state = deepFreeze(throughJson(result.state))
    if (!result.wakeAt) return state
    expect(result.wakeAt).toEqual(result.update.nextPollAt)
    await clock.sleep(result.wakeAt.getTime() - wallClock - clock.now())
  }
}

function told(error: unknown): unknown {
  if (!(error instanceof WaitError)) return error
  const { reason, code, retryAt, cause, state } = error
  return { reason, code, retryAt, cause, state: throughJson(state) }
}

const scripts = fc.array(
  fc.oneof(
    fc.constantFrom<Step>(
      pending(),
      running(),
      running({ progress: 30 }),
      running({ progress: 31 }),
      unknown(),
    ),
    fc.constantFrom<Step>(
      running({ retryAfter: 45_000 }),
      running({ createdAt: new Date(wallClock - 500_000) }),
    ),
    fc.constantFrom<Step>(apiError(503), apiError(404), apiError(429, { retryAfter: 20_000 })),
    fc.constantFrom<Step>(new TransportError('network', 'x'), new ResponseError('not-json', 'x')),
    { arbitrary: fc.constantFrom<Step>(completed, failed, expired, apiError(403)), weight: 1 },
  ),
  { minLength: 1, maxLength: 40 },
)
const options = fc.record(
  {
    timeout: fc.constantFrom<Duration[]>('1m', '10m', '1h'),
    tolerate: fc.constantFrom<Duration[]>(0, '1m', '10m'),
    notFoundGrace: fc.constantFrom<Duration[]>(0, '30s', '2m'),
    stallAfter: fc.constantFrom<Duration[]>('30s', '5m'),
    schedule: fc.constantFrom<Schedule[]>(
      { minDelay: '5s' },
      { maxDelay: '10s' },
      ({ age, polls }) => 1_000 + ((age + polls) % 7_000),
    ),
  },
  { requiredKeys: [] },
)

test('through JSON after each poll a wait is the same as in memory, and no state is ever changed', async () => {
  await fc.assert(
    fc.asyncProperty(scripts, options, async (script, given) => {
      expect(await throughQueue(script, given)).toEqual(await inMemory(script, given))
    }),
    { numRuns: 300 },
  )
})

describe('the state', () => {
  test('of startWait is plain JSON, with the ref as it was given', () => {
    const ref = { exportId: 'a', runId: 'b' }
    const state = startWait(ref, { since: new Date(5) })
    expect(throughJson(state)).toEqual(state)
    expect(state).toMatchObject({ ref, version: 1, polls: 0 })
    expect(startWait(ref)).not.toBe(startWait(ref))
  })

  test('holds no word of the vendor but its status, and nothing of the client', async () => {
    const client = {
      ...scripted(naiveClock(), running({ progress: 4 })),
      token: 's3cret',
      baseUrl: 'https://host',
    }
    const { state } = await pollOnce(client, startWait('e1'), { clock: naiveClock() })
    expect(JSON.stringify(state)).not.toMatch(/s3cret|host|raw-words/)
  })

  test('is finished when no wakeAt comes, and only then', async () => {
    const clock = naiveClock()
    const client = scripted(clock, running(), apiError(500), completed)
    const first = await pollOnce(client, startWait('e1'), { clock })
    expect(first.wakeAt).toBeInstanceOf(Date)
    const second = await pollOnce(client, first.state, { clock })
    expect(second.update.type).toBe('poll-failed')
    expect(second.wakeAt).toEqual(second.update.nextPollAt)
    const third = await pollOnce(client, second.state, { clock })
    expect(third.update).toEqual({ type: 'job', job: completed })
    expect(third).not.toHaveProperty('wakeAt')
  })
})

describe('a finished state that is polled again', () => {
  const finish = async (clock: Clock, end: AcmeJob = completed) =>
    (await pollOnce(scripted(clock, end), startWait('e1'), { clock })).state

  test.each([completed, failed, expired])('is finished again: $status', async (end) => {
    const clock = naiveClock()
    const state = deepFreeze(throughJson(await finish(clock, end)))
    await clock.sleep(7_200_000)
    const again = await pollOnce(scripted(clock, end), state, { clock, stallAfter: '1m' })
    expect(again.update).toEqual({ type: 'job', job: end })
    expect(again).not.toHaveProperty('wakeAt')
  })

  test.each([completed, failed, expired])(
    'keeps its status, $status, when the vendor then says otherwise',
    async (end) => {
      const clock = naiveClock()
      const other = running()
      const again = await pollOnce(scripted(clock, other), await finish(clock, end), { clock })
      expect(again).not.toHaveProperty('wakeAt')
      const { id, ref, status, rawStatus } = end
      expect(again.update).toMatchObject({
        job: { vendor: 'acme', id, ref, status, rawStatus, raw: other.raw },
      })
      expect(again.update).not.toHaveProperty('job.progress')
      if (end === failed) expect(again.update).toHaveProperty('job.reason', 'acme gave no reason.')
    },
  )

  test('is not given up for a failure that can pass', async () => {
    const clock = naiveClock()
    const state = await finish(clock)
    await clock.sleep(7_200_000)
    const again = await pollOnce(scripted(clock, apiError(503)), state, { clock })
    expect(again.update.type).toBe('poll-failed')
    expect(again.wakeAt).toBeInstanceOf(Date)
  })

  test.each([404, 503])('is given up in the end when the vendor answers %i for ever', async (httpStatus) => {
    const clock = naiveClock()
    const state = await finish(clock)
    let polls = 0
    const client = scripted(clock, () => {
      if (++polls > 2_000) return completed
      throw apiError(httpStatus)
    })
    await waitErrorOf(drive(client, state, { clock }, clock))
  })

  test('is waited for anew by waitForCompletion', async () => {
    const clock = naiveClock()
    const state = await finish(clock)
    expect(await waitForCompletion(scripted(clock, running(), completed), state, { clock })).toBe(completed)
  })
})

describe('since', () => {
  const firstDelay = async (since?: Date, step: Step = running()) => {
    const clock = naiveClock()
    const ages: number[] = []
    const schedule = ({ age }: { age: number }) => {
      ages.push(age)
      return 1_000
    }
    await pollOnce(scripted(clock, step), startWait('e1', { since }), { clock, schedule })
    const { wakeAt } = await pollOnce(scripted(clock, step), startWait('e1', { since }), { clock })
    return { age: ages[0] as number, delay: (wakeAt as Date).getTime() - wallClock }
  }

  test('makes the first polls of an old export less eager', async () => {
    const young = await firstDelay()
    const old = await firstDelay(new Date(wallClock - 3_600_000))
    expect(young.age).toBe(0)
    expect(old.age).toBe(3_600_000)
    expect(old.delay).toBeGreaterThan(2 * young.delay)
  })

  test('gives way to what the vendor says', async () => {
    const { age } = await firstDelay(
      new Date(wallClock - 3_600_000),
      running({ createdAt: new Date(wallClock - 5), answeredAt: new Date(wallClock) }),
    )
    expect(age).toBe(5)
  })

  test('may lie ahead, as clocks differ', async () => {
    expect((await firstDelay(new Date(wallClock + 3_600_000))).age).toBe(0)
  })
})

test('a WaitError of pollOnce is resumed with a fresh timeout', async () => {
  const clock = naiveClock()
  const client = scripted(clock, running())
  const first = await waitErrorOf(drive(client, startWait('e1'), { clock, timeout: '10m' }, clock))
  expect(first).toMatchObject({ reason: 'timeout' })
  const second = await waitErrorOf(drive(client, first.state, { clock, timeout: '10m' }, clock))
  expect(clock.now()).toBe(1_200_000)
  expect(second.state.polls).toBe(client.times.length)
})

test('a wait begun by pollOnce goes on in waitForCompletion, within the same timeout', async () => {
  const clock = naiveClock()
  const client = scripted(clock, running())
  const { state, wakeAt } = await pollOnce(client, startWait('e1'), {
    clock,
    timeout: '10m',
    schedule: () => 240_000,
  })
  await clock.sleep((wakeAt as Date).getTime() - wallClock)
  const error = await waitErrorOf(waitForCompletion(client, throughJson(state), { clock, timeout: '10m' }))
  expect(error.reason).toBe('timeout')
  expect(clock.now()).toBe(600_000)
})

test('a queue that delivers each message twice, and in any order, brings every export to its end', async () => {
  const clock = naiveClock()
  const ends = new Map<string, number>(
    Array.from({ length: 20 }, (_, index) => [`e${index}`, index * 90_000]),
  )
  const polled = new Map<string, number>()
  const client: AcmeClient = {
    vendor: 'acme',
    get: async (ref) => {
      polled.set(ref, (polled.get(ref) ?? 0) + 1)
      if (polled.get(ref) === 2) throw apiError(503)
      return { ...((ends.get(ref) as number) <= clock.now() ? completed : running()), id: ref, ref }
    },
  }
  const queue = [...ends.keys()].map((ref) => ({ due: 0, body: JSON.stringify(startWait(ref)), delivery: 1 }))
  const done = new Map<string, AcmeJob>()
  while (queue.length > 0) {
    queue.sort((a, b) => a.due - b.due)
    const message = queue.shift() as (typeof queue)[number]
    await clock.sleep(Math.max(0, message.due - clock.now()))
    const { update, state, wakeAt } = await pollOnce(client, JSON.parse(message.body), { clock })
    if (wakeAt) queue.push({ due: wakeAt.getTime() - wallClock, body: JSON.stringify(state), delivery: 1 })
    else if (update.type === 'job') done.set(state.ref, update.job)
    if (message.delivery === 1 && state.polls < 3)
      queue.push({ ...message, due: clock.now() + 500, delivery: 2 })
  }
  expect([...done.values()].map(({ status }) => status)).toEqual(Array(20).fill('completed'))
  expect(new Set(done.keys())).toEqual(new Set(ends.keys()))
})
