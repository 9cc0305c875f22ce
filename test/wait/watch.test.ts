import { getEventListeners } from 'node:events'
import { describe, expect, test, vi } from 'vitest'
import { type Clock, startWait, type Update, type Updates, WaitError, watch } from '../../src/index.ts'
import { createVirtualClock } from '../../src/testing/index.ts'
import {
  type AcmeJob,
  apiError,
  completed,
  expired,
  failed,
  gaps,
  naiveClock,
  outcome,
  pending,
  running,
  scripted,
} from './world.ts'

async function collect<Value>(updates: AsyncIterable<Value>): Promise<Value[]> {
  const seen: Value[] = []
  for await (const update of updates) seen.push(update)
  return seen
}

test.each([completed, failed, expired])(
  'one update per poll, the last with the job that is $status',
  async (end) => {
    const clock = naiveClock()
    const error = apiError(503)
    const client = scripted(clock, pending(), running({ progress: 5 }), error, running(), end, running())
    const updates = await collect(watch(client, 'e1', { clock }))
    expect(updates.map((update) => (update.type === 'job' ? update.job : update.error))).toEqual([
      pending(),
      running({ progress: 5 }),
      error,
      running(),
      end,
    ])
    expect(client.times).toHaveLength(5)
    expect(updates.at(-1)).toEqual({ type: 'job', job: end })
    expect(updates.at(-1)).not.toHaveProperty('nextPollAt')
  },
)

test('nextPollAt is when the next poll comes', async () => {
  const clock = createVirtualClock({ auto: true })
  const client = scripted(
    clock,
    pending(),
    running({ retryAfter: 90_000 }),
    apiError(429),
    running(),
    completed,
  )
  const updates = await collect(watch(client, 'e1', { clock }))
  const announced = updates.flatMap((update) => (update.nextPollAt ? [update.nextPollAt.getTime()] : []))
  expect(gaps(announced)).toEqual(gaps(client.times.slice(1)))
  expect(client.times[2]).toBeGreaterThanOrEqual((client.times[1] as number) + 90_000)
})

test('it gives up with a WaitError, after an update for each poll but the last', async () => {
  const clock = naiveClock()
  const client = scripted(clock, running())
  const seen: unknown[] = []
  const { error } = await outcome(
    (async () => {
      for await (const update of watch(client, 'e1', { clock, timeout: '1m' })) seen.push(update)
    })(),
  )
  expect(error).toBeInstanceOf(WaitError)
  expect(error).toMatchObject({ reason: 'timeout', lastJob: running() })
  expect(seen).toHaveLength(client.times.length - 1)
})

test('its WaitError has the job as last seen, when the last poll failed too', async () => {
  const clock = naiveClock()
  const client = scripted(clock, running({ progress: 7 }), apiError(503), apiError(403))
  const { error } = await outcome(collect(watch(client, 'e1', { clock })))
  expect(error).toMatchObject({ reason: 'refused', lastJob: running({ progress: 7 }) })
})

test('nothing is asked before the first update is, and nothing after a break', async () => {
  const clock = createVirtualClock()
  const client = scripted(clock, running())
  const updates = watch(client, 'e1', { clock })
  await clock.advance(10_000)
  expect(client.times).toEqual([])
  for await (const update of updates) {
    expect(update.type).toBe('job')
    break
  }
  await clock.advance(3_600_000)
  expect(client.times).toHaveLength(1)
  expect(await updates.next()).toEqual({ done: true, value: undefined })
})

test('a consumer that throws stops the polling', async () => {
  const clock = createVirtualClock()
  const client = scripted(clock, running())
  const { error } = await outcome(
    (async () => {
      for await (const _ of watch(client, 'e1', { clock })) throw new Error('of the consumer')
    })(),
  )
  expect(error).toEqual(new Error('of the consumer'))
  await clock.advance(3_600_000)
  expect(client.times).toHaveLength(1)
})

test('the time that a consumer takes counts: the next poll comes when it was due, or at once', async () => {
  const clock = naiveClock()
  const client = scripted(clock, running(), running(), running(), completed)
  const pauses = [4_000, 30_000, 0, 0]
  for await (const _ of watch(client, 'e1', { clock, schedule: () => 10_000 })) {
    await clock.sleep(pauses.shift() as number)
  }
  expect(client.times).toEqual([0, 10_000, 40_000, 50_000])
})

test('onUpdate gets the very same updates, each before its consumer', async () => {
  const clock = naiveClock()
  const order: [string, Update<AcmeJob>][] = []
  const client = scripted(clock, pending(), apiError(500), running(), completed)
  const onUpdate = (update: Update<AcmeJob>) => void order.push(['onUpdate', update])
  for await (const update of watch(client, 'e1', { clock, onUpdate })) order.push(['consumer', update])
  expect(order.map(([who]) => who)).toEqual(Array(4).fill(['onUpdate', 'consumer']).flat())
  for (let index = 0; index < order.length; index += 2) {
    expect(order[index + 1]?.[1]).toBe(order[index]?.[1])
  }
})

describe('onUpdate that breaks', () => {
  test.each([
    [
      'throws',
      () => {
        throw new Error('thrown')
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error('rejected')
      },
    ],
  ])('%s', async (_, onUpdate) => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const clock = naiveClock()
    const updates = await collect(watch(scripted(clock, running(), completed), 'e1', { clock, onUpdate }))
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', unhandled)
    expect(updates).toHaveLength(2)
    expect(unhandled).not.toHaveBeenCalled()
  })
})

test('two watches of one export do not know of each other', async () => {
  const clock = createVirtualClock({ auto: true })
  const client = scripted(clock, () => (clock.now() >= 60_000 ? completed : running()))
  const state = startWait('e1')
  const [first, second] = await Promise.all([
    collect(watch(client, state, { clock, schedule: () => 20_000 })),
    collect(watch(client, state, { clock, schedule: () => 30_000 })),
  ])
  expect(first).toHaveLength(4)
  expect(second).toHaveLength(3)
})

describe.each(['return', 'throw'] as const)('%s ends a watch at once', (how) => {
  const reason = new Error('of the consumer')
  const end = async (updates: ReturnType<typeof watch>) => {
    const ended = await outcome(how === 'return' ? updates.return() : updates.throw(reason))
    expect(ended).toEqual(how === 'return' ? { value: { done: true, value: undefined } } : { error: reason })
    expect(await updates.next()).toEqual({ done: true, value: undefined })
  }

  test('before it has begun', async () => {
    const client = scripted(naiveClock(), completed)
    await end(watch(client, 'e1'))
    expect(client.times).toEqual([])
  })

  test.each(['the machine`s', 'a virtual', 'a deaf'])('in a sleep of %s clock', async (kind) => {
    const clocks: Record<string, Clock | undefined> = {
      'a virtual': createVirtualClock(),
      'a deaf': { now: () => 0, sleep: () => new Promise(() => {}) },
    }
    const { signal } = new AbortController()
    const client = scripted(naiveClock(), running())
    const updates = watch(client, 'e1', { signal, clock: clocks[kind], schedule: () => '1h' })
    await updates.next()
    const pending = updates.next()
    await new Promise((resolve) => setImmediate(resolve))
    await end(updates)
    expect(await pending).toEqual({ done: true, value: undefined })
    expect(client.times).toHaveLength(1)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  test('in a request, which is aborted', async () => {
    let own: AbortSignal | undefined
    const get = (_ref: string, { signal }: { signal?: AbortSignal | undefined } = {}) => {
      own = signal
      return new Promise<AcmeJob>(() => {})
    }
    const onUpdate = vi.fn()
    const updates = watch({ vendor: 'acme', get }, 'e1', { onUpdate })
    const pending = [updates.next(), updates.next()]
    await new Promise((resolve) => setImmediate(resolve))
    await end(updates)
    expect(await Promise.all(pending)).toEqual(Array(2).fill({ done: true, value: undefined }))
    expect(own?.aborted).toBe(true)
    expect(onUpdate).not.toHaveBeenCalled()
  })

  test('in the turn in which an answer comes', async () => {
    let answer: (job: AcmeJob) => void = () => {}
    const get = () => new Promise<AcmeJob>((resolve) => (answer = resolve))
    const updates = watch({ vendor: 'acme', get }, 'e1')
    const pending = updates.next()
    await new Promise((resolve) => setImmediate(resolve))
    answer(running())
    await end(updates)
    expect(await pending).toEqual({ done: true, value: undefined })
  })
})

test('return() within onUpdate ends it before its consumer sees the update', async () => {
  const client = scripted(naiveClock(), running())
  const updates: Updates<AcmeJob> = watch(client, 'e1', { onUpdate: () => void updates.return() })
  expect(await updates.next()).toEqual({ done: true, value: undefined })
})

test('updates that are asked for at once come one after the other', async () => {
  const clock = naiveClock()
  const client = scripted(clock, pending(), running(), completed)
  const updates = watch(client, 'e1', { clock })
  const results = await Promise.all([updates.next(), updates.next(), updates.next(), updates.next()])
  expect(results.map(({ value }) => value !== undefined && value.type === 'job' && value.job.status)).toEqual(
    ['pending', 'running', 'completed', false],
  )
})

test('after an error it is over', async () => {
  const updates = watch(scripted(naiveClock(), apiError(403)), 'e1')
  expect((await outcome(updates.next())).error).toBeInstanceOf(WaitError)
  expect(await updates.next()).toEqual({ done: true, value: undefined })
})

test('an abandoned watch holds nothing of its signal', async () => {
  const { signal } = new AbortController()
  const updates = watch(scripted(naiveClock(), running()), 'e1', { signal })
  await updates.next()
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})
