import { ResponseError } from '../errors.ts'
import { parseUrl } from '../http/base-url.ts'
import { readExpiry, readFormat } from '../http/download-url.ts'
import { readFacts } from '../http/response-facts.ts'
import { isText } from '../internal/json.ts'
import { copyOwn, omitUndefined } from '../internal/options.ts'
import type { ExportFormat, ExportJob, ExportStatus } from '../job.ts'
import { isActive, isPercentage } from '../read-job.ts'
import type { ReadStatus } from './definition.ts'
import { type Instant, readInstant } from './instant.ts'

/**
 * What a vendor's answer says about an export. Only `id` and `status` are required. Any other field that is null,
 * missing or of another type is left out of the job.
 */
export interface JobFields<Raw = unknown> {
  /** The vendor's id of the export. It must be the one that was asked for. */
  readonly id: string
  /** The vendor's word for the status. */
  readonly status: string
  /** The vendor's own answer. */
  readonly raw: Raw
  /** The answer that this was read from. Default: the last one of the call. */
  readonly response?: Response | undefined
  /** Percent, 0–100. */
  readonly progress?: number | null | undefined
  readonly createdAt?: Instant | null | undefined
  readonly completedAt?: Instant | null | undefined
  /** When the result is deleted. From then on, by the vendor's clock, a completed export is `expired`. */
  readonly expiresAt?: Instant | null | undefined
  readonly totalRecords?: number | null | undefined
  /** Bytes. */
  readonly fileSize?: number | null | undefined
  /** Why it failed or was canceled. */
  readonly reason?: string | null | undefined
  /** How to fetch the result of a completed export. */
  readonly download?: DownloadFields | null | undefined
}

/** What a vendor says about the file of an export. */
export interface DownloadFields {
  readonly url?: string | null | undefined
  readonly expiresAt?: Instant | null | undefined
  readonly format?: ExportFormat | undefined
}

function unusable(name: string, value: unknown, vendor: string): ResponseError {
  const is = value === undefined || value === null || value === '' ? 'missing' : `a ${typeof value}, not text`
  const message = `The ${name} of the export in the answer of ${vendor} is ${is}.`
  return new ResponseError('unexpected-shape', message, vendor)
}

/**
 * Makes the ExportJob of an answer. What is unknown is absent.
 *
 * @throws ResponseError `unexpected-shape` if there is no id or no status.
 */
export function toJob<Raw, Ref>(
  vendor: string,
  readStatus: ReadStatus,
  ref: Ref,
  given: JobFields<Raw>,
  lastResponse?: Response,
): ExportJob<Raw, Ref> {
  const fields = copyOwn(given)
  const { id, status: rawStatus } = fields
  if (!isText(id)) throw unusable('id', id, vendor)
  if (typeof rawStatus !== 'string') throw unusable('status', rawStatus, vendor)
  const { answeredAt, requestId, retryAfter } = readFacts(fields.response ?? lastResponse)
  const createdAt = readInstant(fields.createdAt)
  const completedAt = readInstant(fields.completedAt)
  // The export cannot expire before this instant, in ms since 1970.
  const earliest = Math.max(createdAt?.getTime() ?? 0, completedAt?.getTime() ?? 0)
  const expiresAt = readExpiryAfter(earliest, fields.expiresAt)
  const status = atTime(readStatus(rawStatus), expiresAt, answeredAt)
  const mayChange = isActive(status)
  return omitUndefined({
    vendor,
    id,
    ref,
    status,
    rawStatus,
    createdAt,
    completedAt,
    expiresAt,
    answeredAt,
    totalRecords: readCount(fields.totalRecords),
    fileSize: readCount(fields.fileSize),
    requestId,
    raw: fields.raw,
    progress: mayChange && isPercentage(fields.progress) ? fields.progress : undefined,
    retryAfter: mayChange ? retryAfter : undefined,
    download: status === 'completed' ? readDownload(fields.download, earliest) : undefined,
    reason: readReason(status, fields.reason, vendor),
  }) as ExportJob<Raw, Ref>
}

function readReason(status: ExportStatus, reason: unknown, vendor: string): string | undefined {
  if (status !== 'failed' && status !== 'canceled') return undefined
  if (isText(reason)) return reason
  return status === 'failed' ? `${vendor} gave no reason.` : undefined
}

function readDownload(download: DownloadFields | null | undefined, earliest: number): object | undefined {
  if (!download) return undefined
  const { url: text, expiresAt, format } = copyOwn(download)
  // Nobody could open a relative URL.
  const url = isText(text) && parseUrl(text) ? text : undefined
  const known = omitUndefined({
    url,
    expiresAt: readExpiryAfter(earliest, expiresAt) ?? (url && readExpiry(url)),
    format: format ?? (url && readFormat(url)),
  })
  return Object.keys(known).length > 0 ? known : undefined
}

// An expiry before the export was created or completed means "never".
function readExpiryAfter(earliest: number, value: unknown): Date | undefined {
  const instant = readInstant(value)
  return instant && instant.getTime() >= earliest ? instant : undefined
}

// Vendors may report `completed` for some time after the result was deleted. Only their own clock can tell.
function atTime(
  status: ExportStatus,
  expiresAt: Date | undefined,
  answeredAt: Date | undefined,
): ExportStatus {
  const isOver = expiresAt && answeredAt && expiresAt <= answeredAt
  return status === 'completed' && isOver ? 'expired' : status
}

const readCount = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

/**
 * Checks that the answer is about the export that was asked for: its id must be the ref, or the export's own id within
 * the ref. UUIDs are compared without regard to letter case.
 *
 * @param idOf - returns the export's own id. Default: the part of the ref named `id`, or else the last.
 * @throws ResponseError `wrong-job`.
 */
export function checkIdentity<Ref>(
  ref: Ref,
  answered: string,
  vendor: string,
  idOf: (ref: Ref) => unknown = ownId,
): void {
  if (ref === answered) return
  const asked = typeof ref === 'object' && ref !== null ? idOf(ref) : ref
  if (isSame(String(asked), answered)) return
  const message = `${vendor} answered about another export than ${JSON.stringify(ref)}, which was asked for.`
  throw new ResponseError('wrong-job', message, vendor)
}

function ownId(ref: unknown): unknown {
  const parts = copyOwn(ref as { readonly id?: unknown })
  return parts.id ?? Object.values(parts).at(-1)
}

function isSame(asked: string, answered: string): boolean {
  if (asked === answered) return true
  const lowerCase = asked.toLowerCase()
  return lowerCase === answered.toLowerCase() && uuid.test(lowerCase)
}
