import { getEventListeners } from 'node:events'
import { describe, expect, test, vi } from 'vitest'
import { JobFailedError, startWait, type Update, waitForCompletion } from '../../src/index.ts'
import { createVendorSimulator, createVirtualClock } from '../../src/testing/index.ts'
import { createTykClient } from '../../src/vendors/tyk.ts'
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
  unknown,
  waitErrorOf,
} from './world.ts'

describe.each([
  ['virtual', () => createVirtualClock({ auto: true })],
  ['naive', () => naiveClock()],
])('on a %s clock', (_, createClock) => {
  test('comes back with the completed job itself, and asks no further', async () => {
    const clock = createClock()
    const client = scripted(clock, pending(), running(), running({ progress: 50 }), completed, running())
    expect(await waitForCompletion(client, 'e1', { clock })).toBe(completed)
    expect(client.times).toHaveLength(4)
    expect(client.times[0]).toBe(0)
    expect(client.calls.map(({ ref }) => ref)).toEqual(['e1', 'e1', 'e1', 'e1'])
  })

  test('an export that is done already takes one poll and no time', async () => {
    const clock = createClock()
    const client = scripted(clock, completed)
    expect(await waitForCompletion(client, 'e1', { clock, timeout: 0 })).toBe(completed)
    expect(client.times).toEqual([0])
  })

  test.each([
    ['failed', failed, 'job-failed'],
    ['expired', expired, 'job-expired'],
  ] as const)('an export that is %s is a JobFailedError', async (_status, job, code) => {
    const clock = createClock()
    const { error } = await outcome(waitForCompletion(scripted(clock, running(), job), 'e1', { clock }))
    expect(error).toBeInstanceOf(JobFailedError)
    expect(error).toMatchObject({ name: 'JobFailedError', code, vendor: 'acme', retryable: false })
    expect((error as JobFailedError).job).toBe(job)
  })

  test('a day of waiting', async () => {
    const clock = createClock()
    const day = 86_400_000
    const client = scripted(clock, () => (clock.now() >= day ? completed : running()))
    expect(await waitForCompletion(client, 'e1', { clock, timeout: '2d' })).toBe(completed)
    const noticed = client.times.at(-1) as number
    expect(noticed).toBeGreaterThanOrEqual(day)
    expect(noticed).toBeLessThanOrEqual(day + 300_000)
    expect(client.times.length).toBeLessThan(1_500)
  })

  test('the deadline is kept to the millisecond, with one last look', async () => {
    const clock = createClock()
    const client = scripted(clock, running())
    const error = await waitErrorOf(waitForCompletion(client, 'e1', { clock, timeout: 100_001 }))
    expect(error).toMatchObject({ reason: 'timeout', code: 'wait-timeout', vendor: 'acme', retryable: true })
    expect(client.times.at(-1)).toBe(100_001)
    expect(client.times.filter((time) => time === 100_001)).toHaveLength(1)
    expect(error.lastJob).toEqual(running())
    expect(error.state.ref).toBe('e1')
    expect(error).not.toHaveProperty('retryAt')
    expect(error.cause).toBeUndefined()
  })

  test('what the last look sees counts', async () => {
    const clock = createClock()
    const client = scripted(clock, () => (clock.now() >= 60_000 ? completed : running()))
    expect(await waitForCompletion(client, 'e1', { clock, timeout: '1m', schedule: () => 50_000 })).toBe(
      completed,
    )
    expect(client.times).toEqual([0, 50_000, 60_000])
  })

  test('the timeout is an hour by default', async () => {
    const clock = createClock()
    await waitErrorOf(waitForCompletion(scripted(clock, running()), 'e1', { clock }))
    expect(clock.now()).toBe(3_600_000)
  })
})

describe('the reasons of a WaitError', () => {
  test('unknown-status: the deadline came on a word that is not published', async () => {
    const clock = naiveClock()
    const error = await waitErrorOf(
      waitForCompletion(scripted(clock, running(), unknown()), 'e1', { clock, timeout: '1m' }),
    )
    expect(error).toMatchObject({ reason: 'unknown-status', code: 'wait-unknown-status' })
    expect(error.lastJob?.rawStatus).toBe('ARCHIVING')
    expect(error.message).toContain('(its status: "ARCHIVING")')
    expect(error.advice).toContain('`statuses`')
    expect(clock.now()).toBe(60_000)
  })

  test('an unknown status on the way is no reason', async () => {
    const clock = naiveClock()
    const client = scripted(clock, unknown(), running(), unknown(), completed)
    expect(await waitForCompletion(client, 'e1', { clock })).toBe(completed)
  })

  test('stalled: neither status nor progress changed', async () => {
    const clock = naiveClock()
    const client = scripted(clock, pending(), running({ progress: 10 }))
    const error = await waitErrorOf(
      waitForCompletion(client, 'e1', { clock, stallAfter: '5m', schedule: () => 40_000 }),
    )
    expect(error).toMatchObject({ reason: 'stalled', code: 'wait-stalled', retryable: true })
    // Last changed at the second poll, and looked at once more when five minutes were over.
    expect(clock.now()).toBe(340_000)
    expect(error.lastJob).toEqual(running({ progress: 10 }))
  })

  test('progress, in steps however small, and changes of status put a stall off', async () => {
    const clock = naiveClock()
    const steps = Array.from({ length: 30 }, (_, index) => running({ progress: index / 10 }))
    const client = scripted(clock, pending(), ...steps, unknown(), completed)
    const options = { clock, stallAfter: '1m', schedule: () => 59_000 } as const
    expect(await waitForCompletion(client, 'e1', options)).toBe(completed)
  })

  test('a new word of the vendor puts a stall off, though the status is the same', async () => {
    const clock = naiveClock()
    const words = ['READING', 'WRITING', 'PACKING'].map((rawStatus) => running({ rawStatus }))
    const options = { clock, stallAfter: '1m', schedule: () => 60_000 } as const
    expect(await waitForCompletion(scripted(clock, ...words, completed), 'e1', options)).toBe(completed)
  })

  test('a change of status under one rawStatus puts a stall off too', async () => {
    const clock = naiveClock()
    const client = scripted(clock, pending({ rawStatus: 'X' }), running({ rawStatus: 'X' }), completed)
    const options = { clock, stallAfter: '1m', schedule: () => 60_000 } as const
    expect(await waitForCompletion(client, 'e1', options)).toBe(completed)
  })

  test('unreachable has what failed as its cause, and the job as last seen', async () => {
    const clock = naiveClock()
    const cause = apiError(503)
    const error = await waitErrorOf(
      waitForCompletion(scripted(clock, running(), cause), 'e1', { clock, tolerate: '1m' }),
    )
    expect(error).toMatchObject({ reason: 'unreachable', code: 'wait-unreachable', retryable: true })
    expect(error.cause).toBe(cause)
    expect(error.lastJob).toEqual(running())
  })

  test.each([
    [401, 'unauthorized'],
    [404, 'not-found'],
    [403, 'refused'],
  ] as const)('%i is told as %s', async (httpStatus, reason) => {
    const clock = naiveClock()
    const cause = apiError(httpStatus)
    const error = await waitErrorOf(waitForCompletion(scripted(clock, running(), cause), 'e1', { clock }))
    expect(error).toMatchObject({ reason, code: `wait-${reason}`, retryable: false, vendor: 'acme' })
    expect(error.cause).toBe(cause)
    expect(error.lastJob).toEqual(running())
    expect(error.state.ref).toBe('e1')
  })
})

test.each([
  ['a word', 'e1', '"e1"'],
  ['an object', { exportId: 'a', runId: 'b' }, '{"exportId":"a","runId":"b"}'],
  ['a symbol', Symbol('e1'), 'acme'],
  ['what JSON cannot tell', 5n, 'acme'],
])('the message says which export it was: %s', async (_, ref, shown) => {
  const clock = naiveClock()
  const client = { vendor: 'acme', get: async (_ref: unknown) => running() }
  const { error } = await outcome(waitForCompletion(client, ref, { clock, timeout: 0 }))
  expect(error).toMatchObject({ code: 'wait-timeout' })
  expect((error as Error).message).toContain(shown)
})

describe('resuming', () => {
  test('a WaitError is resumed with a fresh timeout, and forgets what it was given up for', async () => {
    const clock = naiveClock()
    const client = scripted(clock, running({ progress: 5 }))
    const options = { clock, timeout: '10m', stallAfter: '5m' } as const
    const first = await waitErrorOf(waitForCompletion(client, 'e1', options))
    expect(first.reason).toBe('stalled')
    expect(clock.now()).toBe(300_000)
    const second = await waitErrorOf(waitForCompletion(client, first.state, options))
    expect(second.reason).toBe('stalled')
    expect(clock.now()).toBe(600_000)
    const third = await waitErrorOf(
      waitForCompletion(client, JSON.parse(JSON.stringify(second.state)), { clock, timeout: '10m' }),
    )
    expect(third.reason).toBe('timeout')
    expect(clock.now()).toBe(1_200_000)
    expect(third.state.polls).toBe(client.times.length)
  })

  test.each([404, 503])('after %i too: the tolerance is fresh', async (httpStatus) => {
    const clock = naiveClock()
    const client = scripted(clock, apiError(httpStatus))
    const first = await waitErrorOf(waitForCompletion(client, 'e1', { clock }))
    const took = clock.now()
    await waitErrorOf(waitForCompletion(client, first.state, { clock }))
    expect(clock.now()).toBe(2 * took)
  })

  test('a wait takes a WaitState of startWait in the place of the ref', async () => {
    const clock = naiveClock()
    const client = scripted(clock, running(), completed)
    expect(await waitForCompletion(client, startWait('e1'), { clock })).toBe(completed)
    expect(client.calls[0]?.ref).toBe('e1')
  })
})

test('each poll is asked without retries of its own, under a signal that is not the caller`s', async () => {
  const clock = naiveClock()
  const { signal } = new AbortController()
  const client = scripted(clock, running(), completed)
  await waitForCompletion(client, 'e1', { clock, signal })
  for (const { options } of client.calls) {
    expect(options.retries).toBe(0)
    expect(options.signal).toBeInstanceOf(AbortSignal)
    expect(options.signal).not.toBe(signal)
  }
})

test('a reused signal has no listener left after a thousand polls', async () => {
  const clock = createVirtualClock({ auto: true })
  const { signal } = new AbortController()
  let most = 0
  const client = scripted(clock, () => running())
  const options = {
    clock,
    signal,
    timeout: 999_000,
    schedule: () => {
      setImmediate(() => {
        most = Math.max(most, getEventListeners(signal, 'abort').length)
      })
      return 1_000
    },
  }
  await waitErrorOf(waitForCompletion(client, 'e1', options))
  expect(client.times).toHaveLength(1_000)
  // The wait and the virtual clock share it.
  expect(most).toBe(1)
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})

test('onUpdate, throwing or rejecting, never reaches the wait', async () => {
  const clock = naiveClock()
  const seen: Update<AcmeJob>[] = []
  const onUpdate = vi.fn((update: Update<AcmeJob>) => {
    seen.push(update)
    if (seen.length === 1) throw new Error('thrown')
    if (seen.length === 2) return Promise.reject(new Error('rejected')) as never
    return {
      // biome-ignore lint/suspicious/noThenProperty: a thenable that breaks is the point
      then: () => {
        throw new Error('thenable')
      },
    } as never
  })
  const client = scripted(clock, pending(), apiError(500), running(), completed)
  expect(await waitForCompletion(client, 'e1', { clock, onUpdate })).toBe(completed)
  expect(seen.map((update) => update.type)).toEqual(['job', 'poll-failed', 'job', 'job'])
})

test('polls spread over the age of the export, not in a fixed beat', async () => {
  const clock = naiveClock()
  const client = scripted(clock, running())
  await waitErrorOf(waitForCompletion(client, 'e1', { clock, timeout: '6h' }))
  const between = gaps(client.times)
  expect(Math.min(...between.slice(0, -1))).toBeGreaterThanOrEqual(1_000)
  expect(Math.max(...between)).toBeLessThanOrEqual(300_000)
  expect(between[0]).toBeLessThan(between[40] as number)
})

test('a vendor of the simulator, over hours of its own time', { timeout: 30_000 }, async () => {
  const clock = createVirtualClock({ auto: true })
  const simulator = createVendorSimulator({ clock, pending: '10m', running: '3h' })
  await using server = await simulator.listen()
  const client = createTykClient({
    clock,
    baseUrl: simulator.tyk.baseUrl(server.origin),
    token: simulator.tyk.token,
    allowHttp: true,
  })
  const job = await waitForCompletion(client, simulator.tyk.add(), { clock, timeout: '1d' })
  expect(job.status).toBe('completed')
  expect(clock.now()).toBeGreaterThanOrEqual(3 * 3_600_000)
})
