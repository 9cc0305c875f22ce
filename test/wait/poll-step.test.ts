import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  ConfigurationError,
  type PollStep,
  pollOnce,
  pollStep,
  startWait,
  TransportError,
  type WaitOptions,
  type WaitState,
} from '../../src/index.ts'
import {
  type AcmeJob,
  apiError,
  canceled,
  completed,
  deepFreeze,
  expired,
  failed,
  naiveClock,
  outcome,
  running,
  type Step,
  scripted,
} from './world.ts'

const wallClock = Date.UTC(2026, 0, 1)

beforeEach(() => {
  vi.spyOn(Date, 'now').mockReturnValue(wallClock)
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})
afterEach(() => vi.restoreAllMocks())

type Options = WaitOptions<AcmeJob>
type Given = Step | { status: 'running' }

/** One step, of which it is made sure that JSON keeps all of it. */
async function stepOf(script: Given[], state: WaitState<string> = startWait('e1'), options: Options = {}) {
  const clock = options.clock ?? naiveClock()
  const client = scripted(clock, ...(script as Step[]))
  const step: PollStep<string> = await pollStep(client, deepFreeze(state), { ...options, clock })
  expect(JSON.parse(JSON.stringify(step))).toStrictEqual(step)
  expect(JSON.stringify(step)).not.toContain('raw-words')
  return step
}

describe('waiting', () => {
  test('tells the job, the state and when to poll again, as pollOnce does', async () => {
    const job = running({ progress: 30, createdAt: new Date(wallClock - 5_000) })
    const step = await stepOf([job])
    const clock = naiveClock()
    const { state, wakeAt } = await pollOnce(scripted(clock, job), startWait('e1'), { clock })
    expect(step).toStrictEqual({
      outcome: 'waiting',
      state,
      wakeAt: wakeAt?.getTime(),
      job: {
        vendor: 'acme',
        id: 'e1',
        ref: 'e1',
        status: 'running',
        rawStatus: 'BUSY',
        progress: 30,
        createdAt: '2025-12-31T23:59:55.000Z',
      },
    })
  })

  test('tells why a poll failed', async () => {
    const step = await stepOf([new TransportError('network', 'No connection.', 'acme', false, 'Look.')])
    expect(step).toMatchObject({ outcome: 'waiting', wakeAt: expect.any(Number) })
    expect(step).not.toHaveProperty('job')
    expect(step).not.toHaveProperty('rateLimited')
    expect(step).toHaveProperty('error', {
      name: 'TransportError',
      code: 'network',
      message: 'No connection. Look.',
      advice: 'Look.',
      retryable: true,
      vendor: 'acme',
    })
  })

  test.each([
    [429, 20_000, 20_000],
    [429, undefined, undefined],
    [503, 20_000, undefined],
  ])('rateLimited: HTTP %i with a hint of %s ms: %s', async (httpStatus, retryAfter, rateLimited) => {
    const step = await stepOf([apiError(httpStatus, retryAfter === undefined ? {} : { retryAfter })])
    expect(step).toMatchObject({ outcome: 'waiting', error: { httpStatus } })
    expect(step).toEqual(rateLimited ? expect.objectContaining({ rateLimited }) : expect.anything())
    if (rateLimited === undefined) expect(step).not.toHaveProperty('rateLimited')
  })
})

describe('an export that has ended', () => {
  test.each([completed, failed, canceled, expired])('is no error: $status', async (job) => {
    const step = await stepOf([job])
    expect(step).toMatchObject({
      outcome: job.status,
      job: { status: job.status },
      state: { finished: true },
    })
    expect(step).not.toHaveProperty('wakeAt')
  })

  test.each([completed, failed, canceled, expired])('may be polled again: $status', async (job) => {
    const { state } = await stepOf([job])
    expect(await stepOf([job], state)).toMatchObject({ outcome: job.status })
  })

  test('stays ended when the vendor is of two minds, however often', async () => {
    let { state } = await stepOf([completed])
    for (const other of [running(), running(), failed, expired]) {
      const step = await stepOf([other], state)
      expect(step).toMatchObject({ outcome: 'completed', state: { finished: true, status: 'completed' } })
      expect(step.job).toEqual({
        vendor: 'acme',
        id: 'e1',
        ref: 'e1',
        status: 'completed',
        rawStatus: 'DONE',
      })
      state = step.state
    }
  })

  test('is never completed by a state that says only that it is over', async () => {
    const state = { ...startWait('e1'), finished: true, status: 'running' } as const
    expect(await stepOf([running()], state)).toMatchObject({ outcome: 'waiting' })
    const { status: _, ...bare } = state
    expect(await stepOf([running()], bare)).toMatchObject({ outcome: 'waiting' })
  })

  test('is waited for when the vendor does not answer', async () => {
    const { state } = await stepOf([completed])
    const step = await stepOf([apiError(503)], state)
    expect(step).toMatchObject({ outcome: 'waiting', state: { finished: true } })
    expect(await stepOf([completed], step.state)).toMatchObject({ outcome: 'completed' })
  })
})

describe('a wait that is given up', () => {
  test('is no error either, and its state resumes with a fresh timeout', async () => {
    const clock = naiveClock()
    const options = { clock, timeout: '1m' } as const
    const first = await stepOf([running()], startWait('e1'), options)
    await clock.sleep(61_000)
    const step = await stepOf([running()], first.state, options)
    expect(step).toMatchObject({
      outcome: 'gave-up',
      job: { status: 'running' },
      error: { name: 'WaitError', code: 'wait-timeout', retryable: true, vendor: 'acme' },
    })
    expect(step.state).not.toHaveProperty('startedAt')
    expect(await stepOf([running()], step.state, options)).toMatchObject({ outcome: 'waiting' })
  })

  test('names its cause', async () => {
    const step = await stepOf([apiError(403)])
    expect(step).toMatchObject({
      outcome: 'gave-up',
      error: {
        code: 'wait-refused',
        retryable: false,
        cause: { name: 'ApiError', code: 'forbidden', httpStatus: 403 },
      },
    })
    expect(step).not.toHaveProperty('job')
  })

  test('tells when the vendor wants to be asked again', async () => {
    const step = await stepOf([apiError(429, { retryAfter: 7_200_000 })])
    expect(step).toMatchObject({
      outcome: 'gave-up',
      error: { retryAt: '2026-01-01T02:00:00.000Z', cause: { retryAfter: 7_200_000 } },
    })
  })

  test('for a client that throws what it likes', async () => {
    const bug = () => {
      throw new TypeError('s3cret')
    }
    const step = await stepOf([bug], startWait('e1'), { notFoundGrace: 0 })
    expect(step).toMatchObject({ outcome: 'gave-up', error: { code: 'wait-unreachable' } })
    expect(JSON.stringify(step)).not.toContain('s3cret')
  })

  test('keeps the name of the client, whatever its jobs say', async () => {
    const nameless = { ref: 'other', status: 'completed' } as never as AcmeJob
    expect(await stepOf([nameless])).toMatchObject({
      job: { vendor: 'acme', ref: 'e1', status: 'completed' },
    })
  })
})

describe('it throws', () => {
  test('the signal`s reason, also one that looks like the end of a wait', async () => {
    const reason = new Error('enough')
    const controller = new AbortController()
    const abort = () => {
      controller.abort(reason)
      throw apiError(403)
    }
    const client = scripted(naiveClock(), abort)
    const { error } = await outcome(pollStep(client, startWait('e1'), { signal: controller.signal }))
    expect(error).toBe(reason)
  })

  test('ConfigurationError before any I/O, and for a mistake of the client', async () => {
    const client = scripted(naiveClock(), completed)
    const mistaken = scripted(naiveClock(), () => {
      throw new ConfigurationError('invalid-option', 'fix the call')
    })
    expect((await outcome(pollStep(mistaken, startWait('e1')))).error).toMatchObject({
      message: 'fix the call',
    })
    for (const promise of [
      pollStep(client, {} as never),
      pollStep(client, startWait('e1'), { timeout: 'soon' as never }),
    ]) {
      expect((await outcome(promise)).error).toMatchObject({ name: 'ConfigurationError' })
    }
    expect(client.calls).toEqual([])
  })
})
