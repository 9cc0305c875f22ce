import { ResponseError } from './errors.ts'
import { copyOwn } from './internal/options.ts'
import type { ExportStatus } from './job.ts'

/** What can be relied on of a job, whoever made it. Instants are in ms since the epoch. */
export interface ReadJob {
  readonly status: ExportStatus
  readonly rawStatus: string | undefined
  readonly progress: number | undefined
  readonly createdAt: number | undefined
  readonly answeredAt: number | undefined
  /** Ms. */
  readonly retryAfter: number | undefined
}

/**
 * Reads a job. A user's own client may return anything, so a field of another type counts as absent.
 *
 * @throws ResponseError `unexpected-shape` without a status.
 */
export function readJob(job: unknown, vendor: string): ReadJob {
  const { status, rawStatus, progress, createdAt, answeredAt, retryAfter } = copyOwn(
    job as Record<keyof ReadJob, unknown>,
  )
  if (!isStatus(status)) {
    throw new ResponseError('unexpected-shape', `The ${vendor} client did not return an ExportJob.`, vendor)
  }
  return {
    status,
    rawStatus: typeof rawStatus === 'string' ? rawStatus : undefined,
    progress: isPercentage(progress) ? progress : undefined,
    createdAt: readDate(createdAt),
    answeredAt: readDate(answeredAt),
    retryAfter: readHint(retryAfter),
  }
}

/** Every status of an export. */
export const exportStatuses: ReadonlySet<unknown> = new Set([
  'pending',
  'running',
  'completed',
  'failed',
  'canceled',
  'expired',
  'unknown',
] satisfies ExportStatus[])

export const isStatus = (value: unknown): value is ExportStatus => exportStatuses.has(value)

/** Whether the export may still change: `unknown` is a status that a newer version may know. */
export const isActive = (status: ExportStatus): boolean =>
  status === 'pending' || status === 'running' || status === 'unknown'

export const isPercentage = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= 100

/** The ms since the epoch of a valid Date, including one of another realm. */
export function readDate(value: unknown): number | undefined {
  try {
    const instant = Date.prototype.getTime.call(value)
    return Number.isFinite(instant) ? instant : undefined
  } catch {
    return undefined
  }
}

const day = 86_400_000

/** How long a vendor asked not to be polled, in ms. More than a day is a mistake, and ignored. */
export function readHint(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 && value <= day ? value : undefined
}
