import type { ExportClient } from '../client.ts'
import { assertOption, copyOwn } from '../internal/options.ts'
import type { ExportJob, WaitState } from '../job.ts'
import type { JobSummary } from '../summary.ts'
import type { PollStep } from '../wait/poll-once.ts'
import type { ScheduleBounds, WaitOptions } from '../wait-options.ts'

/** The options of a wait that can be stored with it. */
export type StoredWaitOptions = Pick<WaitOptions, 'timeout' | 'tolerate' | 'notFoundGrace' | 'stallAfter'> & {
  /** Bounds for the adaptive schedule. */
  readonly schedule?: ScheduleBounds | undefined
}

/** What a job of the queue holds: JSON only, with no credentials, no URL and nothing of the vendor's answers. */
export interface WaitJobData<Ref = unknown> {
  /** The name under which workers have the client. */
  readonly client: string
  /** Where the wait stands. */
  readonly state: WaitState<Ref>
  /** What this wait was given beside what workers give to all. */
  readonly wait?: StoredWaitOptions
}

/** A client of any vendor. */
export type AnyClient = ExportClient<never, ExportJob>

/** What {@link WaitProcessorOptions.onCompleted} gets beside the job. */
export interface CompletedContext<Client extends AnyClient = AnyClient> {
  /** The client that polled. */
  readonly client: Client
  /** Aborted when the worker shuts down: stop then, and the job is delivered again. */
  readonly signal: AbortSignal | undefined
}

/** How a worker waits. */
export interface WaitProcessorOptions<Client extends AnyClient = AnyClient> {
  /** The clients by the names that {@link waitJob} was given, or a function that makes them; it may look up a tenant's token. */
  readonly clients: Readonly<Record<string, Client>> | ((name: string) => Client | Promise<Client>)
  /** How to wait, for all waits or by their data. What a wait was added with goes first. */
  readonly wait?:
    | Omit<WaitOptions, 'signal'>
    | ((data: WaitJobData) => Omit<WaitOptions, 'signal'>)
    | undefined
  /**
   * Called when an export is completed, to download it, say. What it returns becomes the job's return value. After a
   * crash it may run twice; what it throws fails the job, which can be retried.
   */
  readonly onCompleted?: ((job: JobSummary, context: CompletedContext<Client>) => unknown) | undefined
  /** Called after each poll. What it throws never reaches the wait. */
  readonly onStep?: ((step: PollStep, data: WaitJobData) => void) | undefined
  /** The queue of the waits: when the vendor answers 429 with a hint, all its workers hold for so long. */
  readonly queue?:
    | {
        /** Holds all workers of the queue for so many milliseconds. */
        rateLimit(ms: number): Promise<void>
      }
    | undefined
}

/** @throws ConfigurationError `invalid-option` for the first option that is invalid. */
export function readProcessorOptions<Client extends AnyClient>(
  options: WaitProcessorOptions<Client>,
): WaitProcessorOptions<Client> {
  const given = copyOwn(options)
  const { clients, wait, onCompleted, onStep, queue } = given
  const isObject = (value: unknown) => typeof value === 'object' && value !== null
  assertOption(
    isObject(clients) || typeof clients === 'function',
    'clients must be an object of clients or a function.',
  )
  assertOption(
    wait === undefined || isObject(wait) || typeof wait === 'function',
    'wait must be options of a wait or a function.',
  )
  for (const [name, callback] of Object.entries({ onCompleted, onStep }))
    assertOption(callback === undefined || typeof callback === 'function', `${name} must be a function.`)
  assertOption(
    queue === undefined || typeof queue?.rateLimit === 'function',
    'queue must be a Queue of bullmq.',
  )
  return given
}
