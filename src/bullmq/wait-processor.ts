import { DelayedError, type Job, type Processor, UnrecoverableError, WaitingError } from 'bullmq'
import type { ExportClient } from '../client.ts'
import { Durations } from '../duration-history.ts'
import { isExportJobsError } from '../errors.ts'
import { describeThrown } from '../internal/describe-thrown.ts'
import { copyOwn, notify } from '../internal/options.ts'
import type { ExportJob } from '../job.ts'
import type { ErrorSummary } from '../summary.ts'
import { type PollStep, pollStep } from '../wait/poll-once.ts'
import { isNewerState } from '../wait/state.ts'
import { type EndedWithoutResult, JobFailedError } from '../wait-errors.ts'
import type { WaitOptions } from '../wait-options.ts'
import {
  type AnyClient,
  readProcessorOptions,
  type WaitJobData,
  type WaitProcessorOptions,
} from './options.ts'
import type { DurationStore } from './stored-durations.ts'

type QueuedWait = Job<WaitJobData, unknown, string>

// In ms. After this pause, a wait that only newer workers can read is offered to them again.
const newerDelay = 10_000

/**
 * Creates the processor for a worker of your own, for frameworks that create workers themselves. Give that worker the
 * defaults of {@link createWaitWorker}; if you set `queue`, also its `limiter`. Call `worker.cancelAllJobs()` when the
 * worker begins to close. It remembers in memory how long exports took.
 *
 * @param options - the clients, and how to wait
 * @returns a processor that polls once each time it gets a job, then lets the job sleep in the queue until the next poll
 * @throws ConfigurationError `invalid-option`.
 */
export function waitProcessor<Client extends AnyClient>(
  options: WaitProcessorOptions<Client>,
): Processor<WaitJobData, unknown, string> {
  return createProcessor(options, new Durations())
}

/** As {@link waitProcessor}, with a store for how long exports took. */
export function createProcessor<Client extends AnyClient>(
  options: WaitProcessorOptions<Client>,
  durations: DurationStore,
): Processor<WaitJobData, unknown, string> {
  const settings = readProcessorOptions(options)
  const { clients, onStep, onCompleted, queue } = settings

  // BullMQ makes a signal only for a function that names three parameters.
  return async (job: QueuedWait, token, signal) => {
    const { data, moveToCompleted } = job
    // BullMQ would treat an error of this as one of the processor, and fail the job.
    job.moveToCompleted = (...how) => store(() => moveToCompleted.apply(job, how))
    if (isNewerState(data?.state)) return sleepUntil(Date.now() + newerDelay, job, token)
    let client: Client
    let step: PollStep
    try {
      client = await findClient(clients, data?.client)
      step = await pollStep(
        client as ExportClient<unknown, ExportJob>,
        data.state,
        await waitOptionsOf(settings, data, durations, signal),
      )
    } catch (error) {
      if (signal?.aborted) return putBack(job, token)
      throw isExportJobsError(error) ? new UnrecoverableError(error.message) : error
    }
    notify(onStep && ((each: PollStep) => onStep(each, data)), step)
    // After this, a crash costs at most one repeated poll.
    await store(() => job.updateData({ ...data, state: step.state }))
    if (step.outcome === 'completed') await durations.add(data.client, step.job)

    switch (step.outcome) {
      case 'waiting': {
        const { wakeAt, rateLimited } = step
        if (queue && rateLimited !== undefined) await store(() => queue.rateLimit(rateLimited))
        return sleepUntil(wakeAt, job, token)
      }
      case 'completed':
        if (!onCompleted) return step.job
        try {
          return await onCompleted(step.job, { client, signal })
        } catch (error) {
          if (signal?.aborted) return putBack(job, token)
          throw error
        }
      case 'gave-up':
        throw step.error.retryable
          ? new Error(describe(step.error))
          : new UnrecoverableError(describe(step.error))
      default:
        throw new UnrecoverableError(
          new JobFailedError({ ...step.job, status: step.outcome } as unknown as EndedWithoutResult).message,
        )
    }
  }
}

async function findClient<Client extends AnyClient>(
  clients: WaitProcessorOptions<Client>['clients'],
  name: string,
): Promise<Client> {
  const client = await callUser(`clients("${name}")`, () =>
    typeof clients === 'function' ? clients(name) : copyOwn(clients)[name],
  )
  if (client) return client
  throw new Error(`This worker has no client "${name}". Add it to its clients, and retry the job.`)
}

async function waitOptionsOf(
  { wait }: Pick<WaitProcessorOptions, 'wait'>,
  data: WaitJobData,
  durations: DurationStore,
  signal: AbortSignal | undefined,
): Promise<WaitOptions> {
  const ofWorker = await callUser('wait()', () => (typeof wait === 'function' ? wait(data) : wait))
  const given = { ...ofWorker, ...data.wait, signal }
  const { schedule } = given
  if (typeof schedule === 'function') return given
  return { ...given, schedule: { expected: await durations.expected(data.client), ...schedule } }
}

// BullMQ stores the message of an error, and the text of this one may contain a secret.
async function callUser<Value>(name: string, call: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await call()
  } catch (error) {
    const thrown = describeThrown(error)
    throw new Error(`${name} threw ${thrown}. Its text is not shown, as it may contain a secret.`)
  }
}

// BullMQ stores only the message of an error.
function describe({ message, cause }: ErrorSummary): string {
  return cause ? `${message} Cause: ${cause.message}` : message
}

async function sleepUntil(wakeAt: number, job: QueuedWait, token: string | undefined): Promise<never> {
  await store(() => job.moveToDelayed(wakeAt, token))
  throw new DelayedError()
}

/** Returns a job to the queue unchanged, for another worker. */
export async function putBack(job: QueuedWait, token: string | undefined): Promise<never> {
  await store(() => job.moveToWait(token))
  throw new WaitingError()
}

// An error of the store must not fail the wait. For a WaitingError, BullMQ leaves the job as it is, and delivers it again
// when its lock has expired.
async function store<Answer>(action: () => Promise<Answer>): Promise<Answer> {
  try {
    return await action()
  } catch (cause) {
    throw Object.assign(new WaitingError(), { cause })
  }
}
