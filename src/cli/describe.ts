import { toOneLine } from '../errors.ts'
import {
  type ApiError,
  durationOf,
  type ExportJob,
  type ExportJobsError,
  type ExportStatus,
  isExportJobsError,
} from '../index.ts'
import { describeThrown } from '../internal/describe-thrown.ts'
import { type Colors, Interruption } from './shell.ts'
import { formatBytes, formatCount, formatInstant, formatSpan, sanitizeForTerminal } from './text.ts'

/** What is known of an export besides its status, in a few words. */
export function describeJob(job: ExportJob): string {
  const parts: string[] = []
  if (job.status === 'unknown')
    parts.push(`${job.vendor} has not published the status "${sanitizeForTerminal(job.rawStatus)}"`)
  if ('progress' in job && job.progress !== undefined) parts.push(`${Math.floor(job.progress)}%`)
  if (job.totalRecords !== undefined) parts.push(formatCount(job.totalRecords, 'record'))
  if (job.fileSize !== undefined) parts.push(formatBytes(job.fileSize))
  if (job.status === 'completed' && job.download?.format) parts.push(job.download.format)
  const took = durationOf({ ...job, status: 'completed' })
  if (took !== undefined) parts.push(`took ${formatSpan(took)}`)
  const expiresAt = job.expiresAt ?? (job.status === 'completed' ? job.download?.expiresAt : undefined)
  if (expiresAt) parts.push(`${job.status === 'expired' ? 'expired' : 'expires'} ${formatInstant(expiresAt)}`)
  if ((job.status === 'failed' || job.status === 'canceled') && job.reason)
    parts.push(oneSafeLine(job.reason))
  return parts.join(' · ')
}

const styles: Record<ExportStatus, { readonly symbol: string; readonly color: keyof Colors }> = {
  pending: { symbol: '·', color: 'gray' },
  running: { symbol: '•', color: 'cyan' },
  unknown: { symbol: '?', color: 'yellow' },
  completed: { symbol: '✓', color: 'green' },
  failed: { symbol: '✗', color: 'red' },
  canceled: { symbol: '✗', color: 'yellow' },
  expired: { symbol: '✗', color: 'red' },
}

/** The symbol and the colour of a status: a colour alone says nothing without colours. */
export function styleOf(status: ExportStatus, colors: Colors) {
  const { symbol, color } = styles[status]
  return { symbol, paint: colors[color] as (text: string) => string }
}

/** Text of a vendor, safe for a terminal and without the queries of URLs, which may be signed. */
const oneSafeLine = (words: string): string => toOneLine(sanitizeForTerminal(words))

/** The message of an error, the vendor's own words and the cause, on one line. Safe for a terminal. */
export function describeError(error: unknown): string {
  if (!isExportJobsError(error)) return sanitizeForTerminal(describeForeign(error))
  const parts = [error.message]
  const words = wordsOfVendor(error)
  if (words) parts.push(`It says: ${words}`)
  if (isExportJobsError(error.cause)) parts.push(`Cause: ${describeError(error.cause)}`)
  return sanitizeForTerminal(parts.join(' '))
}

// The text of an error from a vendor's module may contain a secret. Errors of the operating system do not.
function describeForeign(error: unknown): string {
  const isOwn = error instanceof Interruption || (error instanceof Error && 'syscall' in error)
  return isOwn
    ? error.message
    : `${describeThrown(error)}. Its text is not shown, as it may contain a secret.`
}

/** Why a poll failed, for a line that may be cut off: status or code first. Safe for a terminal. */
export function summarizeError(error: ExportJobsError): string {
  const [fact, words] =
    error.name === 'ApiError'
      ? [`HTTP ${(error as ApiError).httpStatus}`, wordsOfVendor(error)]
      : [error.code, error.message]
  return sanitizeForTerminal(words ? `${fact} · ${words}` : fact)
}

function wordsOfVendor(error: ExportJobsError): string | undefined {
  const { title, detail } = (error.name === 'ApiError' ? (error as ApiError).problem : undefined) ?? {}
  return [...new Set([title, detail])]
    .filter((each) => each !== undefined)
    .map(oneSafeLine)
    .join(': ')
}

/** An error as JSON. */
export function errorToJson(error: unknown): Record<string, unknown> {
  if (!isExportJobsError(error)) return { name: 'Error', message: describeError(error) }
  const { name, code, retryable } = error
  const { httpStatus, requestId, retryAfter } = error as Partial<ApiError>
  return { name, code, retryable, httpStatus, requestId, retryAfter, message: describeError(error) }
}

/** An export as JSON. The vendor's own answer, `raw`, is last, as it may be long. */
export function jobToJson(job: ExportJob): Record<string, unknown> {
  const { vendor, id, ref, status, rawStatus, raw, ...rest } = job
  return { vendor, id, ref, status, rawStatus, ...rest, raw }
}

/** A value as one line of JSON, without control characters and those that change the direction of text. */
export function toJsonLine(value: unknown): string {
  // JSON.stringify escapes only the control characters below U+0020.
  return JSON.stringify(value).replaceAll(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, (each) =>
    each
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}
