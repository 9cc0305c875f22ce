import {
  DelayedError,
  type Job,
  type Processor,
  RateLimitError,
  UnrecoverableError,
  WaitingError,
} from 'bullmq'
import type { ExportClient } from '../client.ts'
import { Durations } from '../durations.ts'
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

// How long a wait is left to workers of a newer version before it is tried again, in ms.
const newerDelay = 10_000

/**
 * The processor of a worker of your own, for a framework that makes workers by itself. Give that worker the options
 * that {@link createWaitWorker} sets, and call `worker.cancelAllJobs()` when it begins to close. How long exports took,
 * it remembers by itself, for as long as it runs.
 *
 * @param options - the clients, and how to wait
 * @returns polls once each time it gets a job, and lets the job sleep in the queue until the next poll
 * @throws ConfigurationError `invalid-option`.
 */
export function waitProcessor<Client extends AnyClient>(
  options: WaitProcessorOptions<Client>,
): Processor<WaitJobData, unknown, string> {
  return createProcessor(options, new Durations())
}

/** As {@link waitProcessor}, with a place for what is learned. */
export function createProcessor<Client extends AnyClient>(
  options: WaitProcessorOptions<Client>,
  durations: DurationStore,
): Processor<WaitJobData, unknown, string> {
  const settings = readProcessorOptions(options)
  const { clients, onStep, onCompleted, queue } = settings

  // BullMQ makes a signal only for a function that names three parameters.
  return async (job: QueuedWait, token, signal) => {
    const { data, moveToCompleted } = job
    // BullMQ takes an error of this for one of the processor, and would fail the job.
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
    // From here on a crash costs a poll, and no wait.
    await store(() => job.updateData({ ...data, state: step.state }))
    if (step.outcome === 'completed') await durations.add(data.client, step.job)

    switch (step.outcome) {
      case 'waiting': {
        const { wakeAt, rateLimited } = step
        if (!queue || rateLimited === undefined) return sleepUntil(wakeAt, job, token)
        await store(() => queue.rateLimit(rateLimited))
        throw new RateLimitError()
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
  const client = typeof clients === 'function' ? await ask(clients, name) : copyOwn(clients)[name]
  if (client) return client
  throw new Error(`This worker has no client "${name}". Add it to its clients, and retry the job.`)
}

// Its text is not repeated: what a queue is told stays there, and it may hold a token.
async function ask<Client>(
  clients: (name: string) => Client | Promise<Client>,
  name: string,
): Promise<Client> {
  try {
    return await clients(name)
  } catch (error) {
    throw new Error(
      `clients("${name}") threw ${describeThrown(error)}. Its text is not shown, as it may hold a secret.`,
    )
  }
}

async function waitOptionsOf(
  { wait }: Pick<WaitProcessorOptions, 'wait'>,
  data: WaitJobData,
  durations: DurationStore,
  signal: AbortSignal | undefined,
): Promise<WaitOptions> {
  const given = { ...(typeof wait === 'function' ? wait(data) : wait), ...data.wait, signal }
  const { schedule } = given
  if (typeof schedule === 'function') return given
  return { ...given, schedule: { expected: await durations.expected(data.client), ...schedule } }
}

// A queue keeps no more of an error than its message.
function describe({ message, cause }: ErrorSummary): string {
  return cause ? `${message} Cause: ${cause.message}` : message
}

async function sleepUntil(wakeAt: number, job: QueuedWait, token: string | undefined): Promise<never> {
  await store(() => job.moveToDelayed(wakeAt, token))
  throw new DelayedError()
}

/** Gives a job back as it is, for another worker. */
export async function putBack(job: QueuedWait, token: string | undefined): Promise<never> {
  await store(() => job.moveToWait(token))
  throw new WaitingError()
}

// What the store refuses, or loses with a connection, is no failure of the wait. BullMQ leaves the job as it is for a
// WaitingError, and once its lock has run out, delivers it again.
async function store<Answer>(action: () => Promise<Answer>): Promise<Answer> {
  try {
    return await action()
  } catch (cause) {
    throw Object.assign(new WaitingError(), { cause })
  }
}
