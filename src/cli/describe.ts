import {
  type ApiError,
  type ExportJob,
  isExportJobsError,
  type JobFailedError,
  type WaitError,
} from '../index.ts'
import { formatBytes, formatCount, formatInstant, formatSpan, plain } from './text.ts'

/** What is known of an export beside its status, in a few words. */
export function describeJob(job: ExportJob): string {
  const parts: string[] = []
  if (job.status === 'unknown')
    parts.push(`${job.vendor} has not published the status "${plain(job.rawStatus)}"`)
  if ('progress' in job && job.progress !== undefined) parts.push(`${Math.floor(job.progress)}%`)
  if (job.totalRecords !== undefined) parts.push(formatCount(job.totalRecords, 'record'))
  if (job.fileSize !== undefined) parts.push(formatBytes(job.fileSize))
  if (job.status === 'completed' && job.download?.format) parts.push(job.download.format)
  if (job.createdAt && job.completedAt) {
    parts.push(`took ${formatSpan(job.completedAt.getTime() - job.createdAt.getTime())}`)
  }
  const expiresAt = job.expiresAt ?? (job.status === 'completed' ? job.download?.expiresAt : undefined)
  if (expiresAt) parts.push(`${job.status === 'expired' ? 'expired' : 'expires'} ${formatInstant(expiresAt)}`)
  if (job.status === 'failed') parts.push(plain(job.reason))
  return parts.join(' · ')
}

/**
 * What an error says, in the words of the command line: the library's own messages advise in terms of code.
 * Safe for a terminal.
 */
export function describeError(error: unknown): string {
  if (!isExportJobsError(error)) return plain(error instanceof Error ? error.message : String(error))
  if (error.name === 'WaitError') return describeWaitError(error as WaitError)
  if (error.name === 'JobFailedError') {
    const { job } = error as JobFailedError
    return job.status === 'failed'
      ? `the export failed: ${plain(job.reason)}`
      : 'the export has expired: start a new one.'
  }
  const sentences = error.message.split(/(?<=\.) (?=[A-Z])/).filter((each) => !/\berror\./.test(each))
  let text = sentences.join(' ')
  for (const [word, ours] of translations) text = text.replaceAll(word, ours)
  const { title, detail } = (error.name === 'ApiError' ? (error as ApiError).problem : undefined) ?? {}
  const words = [...new Set([title, detail])].filter((each) => each !== undefined)
  return plain(words.length > 0 ? `${text} It says: ${words.join(': ')}` : text)
}

const translations: readonly (readonly [string, string])[] = [
  [', and what a token function returns on refresh', ''],
  ['or set allowHttp', 'or pass --allow-http'],
  ['or set overwrite', 'or pass --overwrite'],
  ['baseUrl', 'the base URL'],
  ['schedule.minDelay', '--min-delay'],
  ['schedule.maxDelay', '--max-delay'],
]

function describeWaitError({ reason, cause, retryAt }: WaitError): string {
  const why = cause ? ` ${describeError(cause)}` : ''
  switch (reason) {
    case 'timeout':
      return retryAt
        ? `stopped waiting: the vendor asked not to be polled before ${formatInstant(retryAt)}, and --timeout ends sooner.`
        : `stopped waiting: not done within the timeout.${why} It goes on at the vendor: run this again, or raise --timeout.`
    case 'stalled':
      return 'stopped waiting: neither status nor progress changed for --stall-after. Ask the vendor whether it is stuck.'
    case 'unreachable':
      return `stopped waiting: the looks kept failing.${why}`
    case 'unknown-status':
      return 'stopped waiting: the vendor uses a status that it has not published. A newer export-jobs may know it.'
    case 'not-found':
      return `the vendor does not know it.${why}`
    default:
      return `the vendor refused.${why}`
  }
}

/** An export as one line of JSON, dates in ISO 8601, the vendor's own answer last. */
export function jobToJson(job: ExportJob): string {
  const { vendor, id, ref, status, rawStatus, raw, ...rest } = job
  return toJsonLine({ vendor, id, ref, status, rawStatus, ...rest, raw })
}

/** A value as one line of JSON, of which no character can move a terminal's cursor or turn its writing. */
export function toJsonLine(value: unknown): string {
  // JSON itself escapes the control characters below U+0020 only.
  return JSON.stringify(value).replaceAll(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, (each) =>
    each
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}
