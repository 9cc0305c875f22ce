import { type ApiError, type ExportJobsError, isExportJobsError, toOneLine } from './errors.ts'
import { copyJson } from './internal/json.ts'
import { copyOwn, omitUndefined } from './internal/options.ts'
import type { CompletedJob, ExportFormat, ExportJob, ExportStatus, JobBase } from './job.ts'
import { readDate, readHint, readJob } from './read-job.ts'
import type { WaitError } from './wait-errors.ts'

/**
 * An {@link ExportJob} as JSON, for a queue, a table or a log: instants as ISO 8601 text, without `raw` and without a
 * URL. What is unknown is absent.
 */
export interface JobSummary<Ref = unknown> {
  readonly vendor: string
  readonly id: string
  /** What `get`, `openDownload` and `waitForCompletion` take. */
  readonly ref: Ref
  readonly status: ExportStatus
  readonly rawStatus?: string
  readonly createdAt?: string
  readonly completedAt?: string
  readonly expiresAt?: string
  readonly answeredAt?: string
  readonly totalRecords?: number
  /** Bytes. */
  readonly fileSize?: number
  readonly requestId?: string
  /** Percent, 0–100. */
  readonly progress?: number
  /** Ms for which the vendor asked not to be polled. */
  readonly retryAfter?: number
  /** The vendor's explanation as one line of at most 500 characters, without the queries of URLs. */
  readonly reason?: string
  /** The file of a completed export, as far as it is known. */
  readonly download?: { readonly format?: ExportFormat; readonly expiresAt?: string }
}

/** An error of this package as JSON: no stack, no body, no credential. What is unknown is absent. */
export interface ErrorSummary {
  /** The name of its class. */
  readonly name: string
  readonly code: string
  readonly message: string
  readonly retryable: boolean
  readonly vendor?: string
  readonly advice?: string
  readonly httpStatus?: number
  readonly requestId?: string
  /** Ms after which the vendor asked to be tried again. */
  readonly retryAfter?: number
  /** The same as an instant, if a wait was given up for it. */
  readonly retryAt?: string
  /** The error that led to it. */
  readonly cause?: ErrorSummary
}

/**
 * Converts a job to JSON, for a queue, a table or a log: instants as ISO 8601 text, without `raw` and without a URL.
 *
 * @param job - as a client returned it
 * @returns JSON values only, with no `undefined`
 * @throws ResponseError `unexpected-shape` if it is not a job.
 */
export function summarize<Ref>(job: ExportJob<unknown, Ref>): JobSummary<Ref> {
  const own = copyOwn(
    job as JobBase<unknown, Ref> & Pick<CompletedJob, 'download'> & { readonly reason?: unknown },
  )
  const { vendor, id, ref, totalRecords, fileSize, requestId, completedAt, expiresAt, reason, download } = own
  const { status, rawStatus, progress, retryAfter, createdAt, answeredAt } = readJob(job, vendor)
  return omitUndefined<JobSummary<Ref>>({
    vendor: toText(vendor),
    id: toText(id),
    ref: copyJson(ref),
    status,
    rawStatus,
    createdAt: toIso(createdAt),
    completedAt: toIso(readDate(completedAt)),
    expiresAt: toIso(readDate(expiresAt)),
    answeredAt: toIso(answeredAt),
    totalRecords: toNumber(totalRecords),
    fileSize: toNumber(fileSize),
    requestId: toText(requestId),
    progress: toNumber(progress),
    retryAfter,
    reason: typeof reason === 'string' ? toOneLine(reason) : undefined,
    download: download && summarizeDownload(download),
  })
}

function summarizeDownload(download: NonNullable<CompletedJob['download']>): JobSummary['download'] {
  const { format, expiresAt } = copyOwn(download)
  return omitUndefined<NonNullable<JobSummary['download']>>({
    format: toText(format),
    expiresAt: toIso(readDate(expiresAt)),
  })
}

/** Converts an error of this package to JSON. */
export function summarizeError(error: ExportJobsError): ErrorSummary {
  const { name, message, cause } = error
  const { code, retryable, vendor, advice } = copyOwn(error)
  const { httpStatus, requestId, retryAfter } = copyOwn(error as Partial<ApiError>)
  const { retryAt } = copyOwn(error as Partial<WaitError>)
  return omitUndefined<ErrorSummary>({
    name,
    code,
    message,
    retryable,
    vendor,
    advice,
    httpStatus,
    requestId,
    retryAfter: readHint(retryAfter),
    retryAt: toIso(readDate(retryAt)),
    cause: isExportJobsError(cause) ? summarizeError(cause) : undefined,
  })
}

const toIso = (instant: number | undefined): string | undefined =>
  instant === undefined ? undefined : new Date(instant).toISOString()

// A user's own client may return anything.
const toText = <Text>(value: Text): Text | undefined => (typeof value === 'string' ? value : undefined)
const toNumber = (value: unknown): number | undefined =>
  typeof value === 'number' ? copyJson(value) : undefined
