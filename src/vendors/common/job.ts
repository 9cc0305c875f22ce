import { ResponseError } from '../../errors.ts'
import { copyOwn, omitUndefined } from '../../internal/options.ts'
import type { ExportFormat, ExportJob, ExportStatus } from '../../job.ts'

/** All that a vendor's answer tells, whatever its status; what it does not tell is undefined. */
export interface Seen<Raw, Ref> {
  readonly vendor: string
  readonly id: string
  readonly ref: Ref
  readonly raw: Raw
  readonly rawStatus: string
  readonly status: ExportStatus
  readonly createdAt?: Date | undefined
  readonly completedAt?: Date | undefined
  readonly expiresAt?: Date | undefined
  readonly totalRecords?: number | null | undefined
  readonly fileSize?: number | undefined
  readonly progress?: number | null | undefined
  readonly retryAfter?: number | undefined
  readonly reason?: string | null | undefined
  readonly download?: SeenDownload | undefined
}

interface SeenDownload {
  readonly url?: string | undefined
  readonly expiresAt?: Date | undefined
  readonly format?: ExportFormat | undefined
}

/** Makes the member of the union that the status says; what is not known is absent from it. */
export function toJob<Raw, Ref>(told: Seen<Raw, Ref>): ExportJob<Raw, Ref> {
  const seen = copyOwn(told)
  const { vendor, id, ref, raw, status, rawStatus } = seen
  const { createdAt, completedAt, expiresAt, reason, download, retryAfter } = seen
  const totalRecords = count(seen.totalRecords)
  const fileSize = count(seen.fileSize)
  const progress = percentage(seen.progress)
  const job: Partial<Record<keyof Seen<Raw, Ref>, unknown>> = { vendor, id, ref, raw, status, rawStatus }
  if (createdAt) job.createdAt = createdAt
  if (completedAt) job.completedAt = completedAt
  if (expiresAt) job.expiresAt = expiresAt
  if (totalRecords !== undefined) job.totalRecords = totalRecords
  if (fileSize !== undefined) job.fileSize = fileSize
  if (status === 'failed') job.reason = reason || `${vendor} gave no reason.`
  else if (status === 'completed' && download) job.download = omitUndefined(download)
  else if (status === 'canceled' && reason) job.reason = reason
  else if (status === 'pending' || status === 'running' || status === 'unknown') {
    if (progress !== undefined) job.progress = progress
    if (retryAfter !== undefined) job.retryAfter = retryAfter
  }
  return job as unknown as ExportJob<Raw, Ref>
}

/** Looks a vendor's word up in its status table, in whatever letter case it came. */
export function readStatus(table: ReadonlyMap<string, ExportStatus>, word: string): ExportStatus {
  return table.get(word) ?? table.get(word.trim().toLowerCase()) ?? 'unknown'
}

/**
 * Makes sure that the answer is about the export that was asked for.
 *
 * @throws ResponseError `wrong-job`.
 */
export function checkIdentity(asked: string, answered: string, vendor: string): void {
  if (asked === answered) return
  throw new ResponseError(
    'wrong-job',
    `${vendor} answered about another export than "${asked}", which was asked for.`,
    vendor,
  )
}

const count = (value: number | null | undefined): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined

const percentage = (value: number | null | undefined): number | undefined =>
  typeof value === 'number' && value >= 0 && value <= 100 ? value : undefined
