/**
 * The status of an export, in one vocabulary for all vendors.
 *
 * - `pending`: accepted, not started.
 * - `running`: being prepared.
 * - `completed`: done; the only success.
 * - `failed`: ended without a result.
 * - `canceled`: stopped by somebody at the vendor.
 * - `expired`: was completed, and its result is no longer available.
 * - `unknown`: a status that the vendor has not published; {@link JobBase.rawStatus | rawStatus} has it.
 */
export type ExportStatus = 'pending' | 'running' | 'completed' | 'failed' | 'canceled' | 'expired' | 'unknown'

/** The file formats of the vendors' exports. */
export type ExportFormat = 'json' | 'jsonl' | 'csv'

/** What every {@link ExportJob} has, whatever its status. An absent property is unknown. */
export interface JobBase<Raw = unknown, Ref = unknown> {
  /** Name of the vendor: `'tyk'`, `'anaconda'`, `'loyaltydog'`, `'didomi'`, or that of your own client. */
  readonly vendor: string
  /** The vendor's id of the export. */
  readonly id: string
  /** What `get` and `waitForCompletion` take to find this export again. */
  readonly ref: Ref
  /** The vendor's own word for the status, unchanged. */
  readonly rawStatus: string
  /** When the export was requested, as the vendor says. */
  readonly createdAt?: Date
  /** When the export was completed, as the vendor says. */
  readonly completedAt?: Date
  /** When the result will be deleted, as the vendor says. */
  readonly expiresAt?: Date
  /** The vendor's own clock when it answered. */
  readonly answeredAt?: Date
  /** Number of records in the export; 0 only if the vendor reported 0. */
  readonly totalRecords?: number
  /** Size of the exported file, in bytes. */
  readonly fileSize?: number
  /** The vendor's id of the request, to quote to its support. */
  readonly requestId?: string
  /** The vendor's own typed response. */
  readonly raw: Raw
}

/** An export that has not finished, as far as is known. */
export interface ActiveJob<Raw = unknown, Ref = unknown> extends JobBase<Raw, Ref> {
  readonly status: 'pending' | 'running' | 'unknown'
  /** Percent done, 0–100, only where the vendor reports it. 100 is not yet `completed`. */
  readonly progress?: number
  /** Ms for which the vendor asked not to be polled. */
  readonly retryAfter?: number
}

/** An export that is done. */
export interface CompletedJob<Raw = unknown, Ref = unknown> extends JobBase<Raw, Ref> {
  readonly status: 'completed'
  /** How to fetch the result, as far as the vendor tells. `url` may be signed: keep it out of logs. */
  readonly download?: {
    readonly url?: string
    readonly expiresAt?: Date
    readonly format?: ExportFormat
  }
}

/** An export that ended without a result. */
export interface FailedJob<Raw = unknown, Ref = unknown> extends JobBase<Raw, Ref> {
  readonly status: 'failed'
  /** The vendor's explanation, in its own words. */
  readonly reason: string
}

/** An export that was stopped before it was done. */
export interface CanceledJob<Raw = unknown, Ref = unknown> extends JobBase<Raw, Ref> {
  readonly status: 'canceled'
  /** The vendor's explanation, if it gave one. */
  readonly reason?: string
}

/** An export that was completed, and whose result the vendor no longer keeps. */
export interface ExpiredJob<Raw = unknown, Ref = unknown> extends JobBase<Raw, Ref> {
  readonly status: 'expired'
}

/**
 * One export at one vendor, as last seen. A union on `status`: testing it narrows the type.
 *
 * @typeParam Raw - the vendor's own response
 * @typeParam Ref - what finds the export again
 */
export type ExportJob<Raw = unknown, Ref = unknown> =
  | ActiveJob<Raw, Ref>
  | CompletedJob<Raw, Ref>
  | FailedJob<Raw, Ref>
  | CanceledJob<Raw, Ref>
  | ExpiredJob<Raw, Ref>

/**
 * A JSON snapshot of a wait, with no credentials or URL. `startWait` creates it, `pollOnce` updates it,
 * `waitForCompletion` and `watch` resume it. Instants are milliseconds since the epoch. A store may write `null` for what
 * is absent.
 */
export interface WaitState<Ref = unknown> {
  readonly kind: 'export-jobs/wait'
  readonly version: 1
  /** What the client's `get` takes. */
  readonly ref: Ref
  /** How often the vendor was asked. */
  readonly polls: number
  /** When the export was started, if known. */
  readonly since?: number
  /** When the wait began: the timeout counts from here. */
  readonly startedAt?: number
  /** When `status`, `rawStatus` or `progress` last changed. */
  readonly changedAt?: number
  /** The status at the last answer. */
  readonly status?: ExportStatus
  /** The vendor's word for it. */
  readonly rawStatus?: string
  /** The progress at the last answer. */
  readonly progress?: number
  /** When a poll last found it pending. */
  readonly pendingAt?: number
  /** When it presumably started to run. */
  readonly runningSince?: number
  /** How many polls in a row found no change. */
  readonly unchanged?: number
  /** When the current streak of failed polls began. */
  readonly failingSince?: number
  /** When the current streak of answers that did not know the export began. */
  readonly notFoundSince?: number
  /** The export has finished. */
  readonly finished?: true
  /** How long earlier exports of this kind took. */
  readonly expected?: Expected
}

/** A summary of how long earlier exports took: mean and variance of the natural logarithms of their durations in seconds. */
export interface Expected {
  /** How many exports. */
  readonly count: number
  readonly mean: number
  readonly variance: number
}
