/**
 * The state of an export, in the one vocabulary that all vendors are translated into.
 *
 * - `pending`: accepted, not begun.
 * - `running`: being prepared.
 * - `completed`: done; the only success.
 * - `failed`: ended without a result.
 * - `canceled`: stopped by somebody at the vendor.
 * - `expired`: was done, and its result is gone.
 * - `unknown`: a word that the vendor has not published; {@link JobBase.rawStatus | rawStatus} keeps it.
 */
export type ExportStatus = 'pending' | 'running' | 'completed' | 'failed' | 'canceled' | 'expired' | 'unknown'

/** The formats that the vendors write exports in. */
export type ExportFormat = 'json' | 'jsonl' | 'csv'

/** What every {@link ExportJob} has, whatever its status. A property that is absent is not known. */
export interface JobBase<Raw = unknown, Ref = unknown> {
  /** Name of the vendor: `'tyk'`, `'anaconda'`, `'loyaltydog'`, `'didomi'`, or a client's of your own. */
  readonly vendor: string
  /** The vendor's id of the export. */
  readonly id: string
  /** What `get` and `waitForCompletion` take to find this export again. */
  readonly ref: Ref
  /** The vendor's own word for the status, as it came. */
  readonly rawStatus: string
  /** When the vendor says the export was asked for. */
  readonly createdAt?: Date
  /** When the vendor says the export was done. */
  readonly completedAt?: Date
  /** When the vendor says the result goes. */
  readonly expiresAt?: Date
  /** The vendor's own clock when it answered. */
  readonly answeredAt?: Date
  /** Number of records in the export; zero only where the vendor counted zero. */
  readonly totalRecords?: number
  /** Size of the exported file, in bytes. */
  readonly fileSize?: number
  /** The vendor's id of the request that this answers, to quote to its support. */
  readonly requestId?: string
  /** The vendor's own typed response. */
  readonly raw: Raw
}

/** An export that is not over, as far as anybody knows. */
export interface ActiveJob<Raw = unknown, Ref = unknown> extends JobBase<Raw, Ref> {
  readonly status: 'pending' | 'running' | 'unknown'
  /** Percent done, 0–100, only where the vendor reports it. 100 is not yet `completed`. */
  readonly progress?: number
  /** The vendor asked not to be polled sooner than in so many milliseconds. */
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
  /** The vendor's explanation, where it gave one. */
  readonly reason?: string
}

/** An export that was done and whose result the vendor no longer keeps. */
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
 * A JSON snapshot of a wait, with no credentials or URL. Made by `startWait`, renewed by `pollOnce`, and taken by
 * `waitForCompletion` and `watch`, which resume it. Instants are milliseconds since the epoch, as processes share no
 * other clock. A store may write `null` for what is absent.
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
  /** When the status, the vendor's word for it, or the progress last changed. */
  readonly changedAt?: number
  /** The status at the last answer. */
  readonly status?: ExportStatus
  /** The vendor's word for it. */
  readonly rawStatus?: string
  /** The progress at the last answer. */
  readonly progress?: number
  /** The last poll that found it pending. */
  readonly pendingAt?: number
  /** When it presumably began to run. */
  readonly runningSince?: number
  /** How many polls in a row have found nothing new. */
  readonly unchanged?: number
  /** The first of the polls that have failed in a row. */
  readonly failingSince?: number
  /** The first of the answers in a row that did not know the export. */
  readonly notFoundSince?: number
  /** The export has finished: this state need not be polled again. */
  readonly finished?: true
  /** What the schedule knows of earlier exports of this kind. */
  readonly expected?: Expected
}

/** How long earlier exports of a kind took, summed up: of the natural logarithms of their durations in seconds. */
export interface Expected {
  /** How many there were. */
  readonly count: number
  readonly mean: number
  readonly variance: number
}
