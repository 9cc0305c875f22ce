import { ExportJobsError, nameErrors, ownCopy, toOneLine } from './errors.ts'
import type { CanceledJob, ExpiredJob, ExportJob, FailedJob, WaitState } from './job.ts'

/** An {@link ExportJob} that ended without a result. */
export type EndedWithoutResult = FailedJob | CanceledJob | ExpiredJob

/**
 * The export itself ended without a result. Waiting again does not help; a new export may. The message includes the
 * vendor's reason as one line of at most 500 characters.
 */
export class JobFailedError extends ExportJobsError {
  declare readonly code: 'job-failed' | 'job-canceled' | 'job-expired'
  readonly #job: EndedWithoutResult

  constructor(job: EndedWithoutResult) {
    const { vendor, id, status } = job
    const how = { failed: 'failed', canceled: 'was canceled', expired: 'has expired' }[status]
    const message = `The ${vendor} export "${id}" ${how}${why(job)}`
    super(`job-${status}`, message, { vendor, advice: advices[status] })
    this.#job = job
  }

  /** The export as last seen; a failed one has the vendor's `reason`. A getter, so that logs do not print `raw`. */
  get job(): EndedWithoutResult {
    return this.#job
  }
}

// Queues keep only the message of an error.
function why(job: EndedWithoutResult): string {
  const { reason } = ownCopy(job as { readonly reason?: unknown })
  const line = typeof reason === 'string' ? toOneLine(reason) : ''
  if (line === '') return '.'
  return /[.!?…]$/.test(line) ? `: ${line}` : `: ${line}.`
}

const advices: Record<EndedWithoutResult['status'], string> = {
  failed: 'Start a new export when the cause is fixed.',
  canceled: 'Start a new export if it is still needed.',
  expired: 'Start a new export.',
}

/**
 * Why a wait was given up.
 *
 * - `timeout`: the export was not done in time.
 * - `stalled`: neither status nor progress changed for `stallAfter`.
 * - `unreachable`: polls kept failing for longer than is tolerated.
 * - `unauthorized`: the vendor refused the credentials, new ones too.
 * - `not-found`: the vendor does not know the export, and `notFoundGrace` is over.
 * - `refused`: any other answer that waiting does not change.
 * - `unknown-status`: at the deadline the export had a status that the vendor has not published.
 */
export type WaitErrorReason =
  | 'timeout'
  | 'stalled'
  | 'unreachable'
  | 'unauthorized'
  | 'not-found'
  | 'refused'
  | 'unknown-status'

/** What {@link WaitError} is made from. */
export interface WaitErrorDetails<Ref> {
  readonly vendor: string
  readonly state: WaitState<Ref>
  readonly lastJob?: ExportJob | undefined
  readonly retryAt?: Date | undefined
  readonly cause?: ExportJobsError | undefined
  readonly advice?: string | undefined
}

/** We stopped polling; the export itself continues. Its `state` resumes the wait. */
export class WaitError<Ref = unknown> extends ExportJobsError {
  declare readonly code: `wait-${WaitErrorReason}`
  declare readonly vendor: string
  declare readonly cause?: ExportJobsError
  /** Why the wait was given up. */
  readonly reason: WaitErrorReason
  /** Pass it to `waitForCompletion`, `watch` or `pollOnce` instead of a ref: the wait resumes with a fresh timeout. */
  readonly state: WaitState<Ref>
  readonly #lastJob: ExportJob | undefined
  /** When the vendor asked to be polled again, if that is after the deadline. */
  declare readonly retryAt?: Date

  constructor(reason: WaitErrorReason, message: string, details: WaitErrorDetails<Ref>) {
    const { vendor, state, lastJob, retryAt, cause, advice } = ownCopy(details)
    super(`wait-${reason}`, message, { vendor, cause, advice, retryable: resumable.has(reason) })
    this.reason = reason
    this.state = state
    this.#lastJob = lastJob
    if (retryAt !== undefined) this.retryAt = retryAt
  }

  /** The export at the last answer. A getter, so that logs do not print `raw`. */
  get lastJob(): ExportJob | undefined {
    return this.#lastJob
  }
}

const resumable = new Set<WaitErrorReason>(['timeout', 'stalled', 'unreachable', 'unknown-status'])

nameErrors({ JobFailedError, WaitError })
