import type { Job } from 'bullmq'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  type WaitJobData,
  type WaitProcessorOptions,
  waitJob,
  waitProcessor,
} from '../../src/bullmq/index.ts'
import type { ExportClient, ExportJob } from '../../src/index.ts'
import { caught } from '../support/caught.ts'
import {
  apiError,
  completed,
  failed,
  naiveClock,
  outcome,
  running,
  type Step,
  scripted,
} from '../wait/world.ts'

const wallClock = Date.UTC(2026, 0, 1)

beforeEach(() => {
  vi.spyOn(Date, 'now').mockReturnValue(wallClock)
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})
afterEach(() => vi.restoreAllMocks())

/** A BullMQ job that records what is done with it. */
function fakeJob(data: unknown = waitJob('acme', 'e1').data) {
  const log: string[] = []
  const job = {
    data: data as WaitJobData,
    log,
    async updateData(next: WaitJobData) {
      log.push('updateData')
      job.data = JSON.parse(JSON.stringify(next))
    },
    async moveToDelayed(wakeAt: number, token: string) {
      log.push(`moveToDelayed ${token} ${wakeAt - wallClock}`)
    },
    async moveToWait(token: string) {
      log.push(`moveToWait ${token}`)
    },
  }
  return job
}

/** Processes a job once. */
async function run(
  script: Step[],
  options: Partial<WaitProcessorOptions> = {},
  job = fakeJob(),
  signal: AbortSignal = new AbortController().signal,
) {
  const clock = naiveClock()
  const acme = scripted(clock, ...script) as ExportClient<never, ExportJob>
  const process = waitProcessor({ clients: { acme }, wait: { clock }, ...options })
  const { value, error } = await outcome(process(job as never as Job<WaitJobData>, 'a-token', signal))
  return { value, error: error as Error, log: job.log, job }
}

test('BullMQ passes a signal only to a function with three parameters', () => {
  expect(waitProcessor({ clients: {} })).toHaveLength(3)
})

describe('a wait that goes on', () => {
  test('saves its state, and then sleeps in the queue', async () => {
    const { error, log, job } = await run([running()])
    expect(error).toMatchObject({ name: 'DelayedError' })
    expect(log).toEqual(['updateData', expect.stringMatching(/^moveToDelayed a-token \d{4}$/)])
    expect(job.data).toMatchObject({ client: 'acme', state: { polls: 1, status: 'running' } })
  })

  test('sleeps after a failed poll, too', async () => {
    const { error, log } = await run([apiError(503)])
    expect(error).toMatchObject({ name: 'DelayedError' })
    expect(log).toHaveLength(2)
  })

  test('keeps the options it was added with, which override those of the worker', async () => {
    const { data } = waitJob('acme', 'e1', { schedule: { minDelay: '1m' } })
    const { log, job } = await run(
      [running()],
      { wait: { clock: naiveClock(), schedule: () => 5 } },
      fakeJob(data),
    )
    expect(log[1]).toBe('moveToDelayed a-token 78000')
    expect(job.data.wait).toEqual({ schedule: { minDelay: '1m' } })
  })

  test('uses the options that the worker chooses by its data', async () => {
    const wait = vi.fn(() => ({ clock: naiveClock(), schedule: () => 5 }))
    const { log, job } = await run([running()], { wait })
    expect(wait).toHaveBeenCalledWith(expect.objectContaining({ client: 'acme' }))
    expect(log[1]).toBe('moveToDelayed a-token 5')
    expect(job.data).not.toHaveProperty('wait')
  })

  test('reports each step, whatever its listener throws', async () => {
    const onStep = vi.fn(() => {
      throw new Error('mine')
    })
    const { error } = await run([running()], { onStep })
    expect(error).toMatchObject({ name: 'DelayedError' })
    expect(onStep).toHaveBeenCalledWith(
      expect.objectContaining({ outcome: 'waiting' }),
      expect.objectContaining({ client: 'acme' }),
    )
  })
})

describe('a store that fails for a moment', () => {
  const lost = () => Promise.reject(new Error('read ECONNRESET'))

  test.each([
    ['updateData', running()],
    ['updateData', completed],
    ['moveToDelayed', running()],
  ] as [string, Step][])(
    'fails no wait if it refuses %s: the job is delivered again',
    async (method, step) => {
      const { error } = await run([step], {}, { ...fakeJob(), [method]: lost })
      expect(error).toMatchObject({ name: 'WaitingError' })
    },
  )

  test('nor if it refuses to complete the job, which BullMQ does by itself', async () => {
    const { job } = await run([completed], {}, { ...fakeJob(), moveToCompleted: lost } as never)
    const { error } = await outcome((job as never as Job).moveToCompleted({}, 'a-token', false))
    expect(error).toMatchObject({ name: 'WaitingError', cause: { message: 'read ECONNRESET' } })
  })

  test('nor if it cannot pause the workers', async () => {
    const { error } = await run([apiError(429, { retryAfter: 7_000 })], { queue: { rateLimit: lost } })
    expect(error).toMatchObject({ name: 'WaitingError' })
  })
})

describe('what a worker learns', () => {
  /** How long the next wait sleeps after its first poll, if earlier exports took that long. */
  async function sleepAfter(durations: number[], wait: WaitProcessorOptions['wait'] = {}) {
    const createdAt = new Date(wallClock - 60_000)
    const ended = durations.map((ms) => ({ ...completed, createdAt, completedAt: new Date(+createdAt + ms) }))
    const script = [...ended, running({ createdAt: new Date(wallClock) })] as Step[]
    const clock = naiveClock()
    const acme = scripted(clock, ...script) as ExportClient<never, ExportJob>
    const process = waitProcessor({ clients: { acme }, wait: { clock, ...wait } })
    let log: string[] = []
    for (const _ of script) {
      const job = fakeJob()
      await outcome(process(job as never, 'a-token', new AbortController().signal))
      log = job.log
    }
    return Number(log.at(-1)?.split(' ').at(-1))
  }
  const took30s = Array.from({ length: 30 }, () => 30_000)

  test('is how long exports take: the next one is not polled until it may be done', async () => {
    expect(await sleepAfter([])).toBeLessThan(2_000)
    expect(await sleepAfter(took30s)).toBeGreaterThan(5_000)
  })

  test('is overridden by a schedule of the user', async () => {
    expect(await sleepAfter(took30s, { schedule: () => 7 })).toBe(7)
    expect(await sleepAfter(took30s, { schedule: { expected: [] } })).toBeLessThan(2_000)
  })
})

describe('a 429 with a hint', () => {
  test('pauses all workers of the queue after the state is saved, and delays the job', async () => {
    const job = fakeJob()
    const queue = { rateLimit: async (ms: number) => void job.log.push(`rateLimit ${ms}`) }
    const { error, log } = await run([apiError(429, { retryAfter: 7_000 })], { queue }, job)
    expect(log).toEqual(['updateData', 'rateLimit 7000', 'moveToDelayed a-token 7000'])
    // Not a RateLimitError: a worker without a limiter would poll again at once.
    expect(error).toMatchObject({ name: 'DelayedError' })
  })

  test('delays only the job if no queue is given', async () => {
    const { error, log } = await run([apiError(429, { retryAfter: 7_000 })])
    expect(error).toMatchObject({ name: 'DelayedError' })
    expect(log[1]).toBe('moveToDelayed a-token 7000')
  })
})

describe('an export that has ended', () => {
  test('is the return value, without raw', async () => {
    const { value, log, job } = await run([completed])
    expect(value).toEqual({ vendor: 'acme', id: 'e1', ref: 'e1', status: 'completed', rawStatus: 'DONE' })
    expect(log).toEqual(['updateData'])
    expect(job.data.state.finished).toBe(true)
  })

  test('is passed to onCompleted after its state is saved; the result is the return value', async () => {
    const job = fakeJob()
    const onCompleted = vi.fn(async (_job: unknown, _context: unknown) => ({
      path: 'a.csv',
      after: [...job.log],
    }))
    const { value } = await run([completed], { onCompleted }, job)
    expect(value).toEqual({ path: 'a.csv', after: ['updateData'] })
    expect(onCompleted.mock.calls[0]?.[0]).toMatchObject({ status: 'completed', ref: 'e1' })
    expect(onCompleted.mock.calls[0]?.[1]).toMatchObject({
      client: { vendor: 'acme' },
      signal: expect.anything(),
    })
  })

  test('fails with what onCompleted throws, and can be retried', async () => {
    const mine = new Error('disk full')
    const onCompleted = vi.fn().mockRejectedValueOnce(mine).mockResolvedValueOnce('done')
    const { error, job } = await run([completed], { onCompleted })
    expect(error).toBe(mine)
    expect((await run([completed], { onCompleted }, job)).value).toBe('done')
  })

  test('without a result it fails for good, with the vendor`s reason', async () => {
    const { error, log } = await run([failed])
    expect(error).toMatchObject({ name: 'UnrecoverableError', message: expect.stringContaining('disk full') })
    expect(log).toEqual(['updateData'])
  })
})

describe('a wait that gives up', () => {
  test('can be retried if that may help, and resumes', async () => {
    const options = { wait: { clock: naiveClock(7_200_000), timeout: 0 } } as const
    const { error, log, job } = await run([running()], options)
    expect(error).toMatchObject({ name: 'Error', message: expect.stringContaining('within the timeout') })
    expect(log).toEqual(['updateData'])
    expect(job.data.state).toMatchObject({ polls: 1, status: 'running' })
    expect(job.data.state).not.toHaveProperty('startedAt')
    expect((await run([completed], {}, job)).value).toMatchObject({ status: 'completed' })
  })

  test('fails for good if it cannot help, and names the cause', async () => {
    const { error, log } = await run([apiError(403)])
    expect(error).toMatchObject({ name: 'UnrecoverableError', message: expect.stringContaining('HTTP 403') })
    expect(log).toEqual(['updateData'])
  })
})

describe('a worker that closes', () => {
  test('puts back a poll in flight unchanged', async () => {
    const controller = new AbortController()
    const hanging = ({ signal }: { signal?: AbortSignal }) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason))
        controller.abort(new Error('closing'))
      })
    const { error, log, job } = await run([hanging as never], {}, fakeJob(), controller.signal)
    expect(error).toMatchObject({ name: 'WaitingError' })
    expect(log).toEqual(['moveToWait a-token'])
    expect(job.data.state.polls).toBe(0)
  })

  test('puts back a job whose onCompleted was running', async () => {
    const controller = new AbortController()
    const onCompleted = async () => {
      controller.abort(new Error('closing'))
      throw new Error('the download was cut')
    }
    const { error, log } = await run([completed], { onCompleted }, fakeJob(), controller.signal)
    expect(error).toMatchObject({ name: 'WaitingError' })
    expect(log).toEqual(['updateData', 'moveToWait a-token'])
  })
})

describe('what a worker cannot poll', () => {
  test('is left to workers of a newer version, unchanged', async () => {
    const data = { client: 'acme', state: { kind: 'export-jobs/wait', version: 2, of: 'another shape' } }
    const { error, log, job } = await run([completed], {}, fakeJob(data))
    expect(error).toMatchObject({ name: 'DelayedError' })
    expect(log).toEqual(['moveToDelayed a-token 10000'])
    expect(job.data).toBe(data)
  })

  test.each([undefined, null, {}, { client: 'acme' }, { client: 'acme', state: { version: 1 } }, 5])(
    'fails, as nobody can resume it: %j',
    async (data) => {
      const { error, log } = await run([completed], {}, { ...fakeJob(), data: data as never })
      expect(error).toBeInstanceOf(Error)
      expect(error.name).not.toBe('TypeError')
      expect(log).toEqual([])
    },
  )

  test('names the missing client; inherited properties are not clients', async () => {
    for (const name of ['other', 'constructor', '__proto__']) {
      const { error } = await run([completed], {}, fakeJob(waitJob(name, 'e1').data))
      expect(error.message).toContain(`no client "${name}"`)
    }
  })

  test('a function makes the client', async () => {
    const client = scripted(naiveClock(), completed) as ExportClient<never, ExportJob>
    const clients = vi.fn(async (_: string) => client)
    expect((await run([], { clients })).value).toMatchObject({ status: 'completed' })
    expect(clients).toHaveBeenCalledWith('acme')
  })

  const failing = (): never => {
    throw new TypeError('token s3cret')
  }

  test.each<[name: string, options: Partial<WaitProcessorOptions>]>([
    ['clients("acme")', { clients: failing }],
    ['clients("acme")', { clients: async () => failing() }],
    ['wait()', { wait: failing }],
  ])('the text of what %s throws stays out of the queue', async (name, options) => {
    const { error, log } = await run([completed], options)
    expect(error.message).toMatch(
      /^\S+ threw TypeError at .+\. Its text is not shown, as it may contain a secret\.$/,
    )
    expect(error.message).toContain(name)
    expect(`${error.message} ${error.stack}`).not.toContain('s3cret')
    expect(log).toEqual([])
  })
})

test.each([
  {},
  { clients: 5 },
  { clients: {}, wait: 5 },
  { clients: {}, onStep: 5 },
  { clients: {}, onCompleted: {} },
  { clients: {}, queue: {} },
])('refuses options that are none: %j', async (options) => {
  expect(await caught((async () => waitProcessor(options as never))())).toMatchObject({
    name: 'ConfigurationError',
    code: 'invalid-option',
  })
})
