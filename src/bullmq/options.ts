import type { ExportClient } from '../client.ts'
import { assertOption, copyOwn } from '../internal/options.ts'
import type { ExportJob, WaitState } from '../job.ts'
import type { JobSummary } from '../summary.ts'
import type { PollStep } from '../wait/poll-once.ts'
import type { ScheduleBounds, WaitOptions } from '../wait-options.ts'

/** The wait options that can be stored in a queue. */
export type StoredWaitOptions = Pick<WaitOptions, 'timeout' | 'tolerate' | 'notFoundGrace' | 'stallAfter'> & {
  /** Bounds for the adaptive schedule. */
  readonly schedule?: ScheduleBounds | undefined
}

/** The data of a queue job: JSON, with no credentials, no URL and nothing of the vendor's answers. */
export interface WaitJobData<Ref = unknown> {
  /** The name of the client in the workers' `clients`. */
  readonly client: string
  /** The current state of the wait. */
  readonly state: WaitState<Ref>
  /** Options of this wait; they override those of the worker. */
  readonly wait?: StoredWaitOptions
}

/** A client of any vendor. */
export type AnyClient = ExportClient<never, ExportJob>

/** The second argument of {@link WaitProcessorOptions.onCompleted}. */
export interface CompletedContext<Client extends AnyClient = AnyClient> {
  /** The client that polled. */
  readonly client: Client
  /** Aborted when the worker shuts down. Stop then; the job is delivered again. */
  readonly signal: AbortSignal | undefined
}

/** The clients of a worker, and how it waits. */
export interface WaitProcessorOptions<Client extends AnyClient = AnyClient> {
  /** The clients by the names given to {@link waitJob}; or a function that returns one, for example with a tenant's token. */
  readonly clients: Readonly<Record<string, Client>> | ((name: string) => Client | Promise<Client>)
  /** Wait options for all waits, or a function of a wait's data. The options of {@link waitJob} override them. */
  readonly wait?:
    | Omit<WaitOptions, 'signal'>
    | ((data: WaitJobData) => Omit<WaitOptions, 'signal'>)
    | undefined
  /**
   * Called when an export is completed, for example to download it. Its result becomes the job's return value. It may run
   * twice after a crash. If it throws, the job fails and can be retried.
   */
  readonly onCompleted?: ((job: JobSummary, context: CompletedContext<Client>) => unknown) | undefined
  /** Called after each poll. Errors it throws are ignored. */
  readonly onStep?: ((step: PollStep, data: WaitJobData) => void) | undefined
  /**
   * The queue of the waits. After a 429 with a hint, all its workers pause for that long. BullMQ pauses only workers that
   * have a `limiter`: {@link createWaitWorker} sets one, a worker of your own needs one.
   */
  readonly queue?:
    | {
        /** Pauses all workers of the queue for `ms` milliseconds. */
        rateLimit(ms: number): Promise<void>
      }
    | undefined
}

/** @throws ConfigurationError `invalid-option` for the first option that is invalid. */
export function readProcessorOptions<Client extends AnyClient>(
  options: WaitProcessorOptions<Client>,
): WaitProcessorOptions<Client> {
  const given = copyOwn(options)
  const { clients, wait = {}, onCompleted, onStep, queue } = given
  for (const [name, value] of Object.entries({ clients, wait })) {
    const isValid = (typeof value === 'object' && value !== null) || typeof value === 'function'
    assertOption(isValid, `${name} must be an object or a function.`)
  }
  for (const [name, callback] of Object.entries({ onCompleted, onStep }))
    assertOption(callback === undefined || typeof callback === 'function', `${name} must be a function.`)
  assertOption(queue === undefined || typeof queue?.rateLimit === 'function', 'queue must be a BullMQ Queue.')
  return given
}
