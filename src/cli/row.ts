import type { ExportJob, ExportJobsError, Update } from '../index.ts'
import type { DownloadProgress } from '../node/index.ts'

/** What stderr shows of exports while a command waits for them. */
export interface Progress {
  /** Adds a line for an export. */
  add(vendor: string, ref: string): ProgressLine
  /**
   * Writes to either stream, above the live area if there is one.
   *
   * @param isPiped - another program may print what is written on this terminal, a moment later
   */
  printAbove(write: () => void, isPiped?: boolean): void
  /** Ends it, leaves its last state on the screen, and gives the cursor back. */
  end(): void
  /** Ends it and wipes its last state, where that is possible. */
  clear(): void
}

/** The line of one export. */
export interface ProgressLine {
  /** The line now shows another ref: that of Didomi's next run, once it is known. */
  rename(ref: string): void
  update(update: Update): void
  /** The line now shows a file, of which this much is saved. */
  save(saved: DownloadProgress): void
  /** The export ended, or the wait for it did. */
  end(isGivenUp: boolean): void
}

/** What is known of one export, or of its file. */
export interface Row {
  readonly vendor: string
  readonly ref: string
  /** By `performance.now()`: when the export was created, if the vendor reports it, else when the wait began. */
  readonly startedAt: number
  readonly job?: ExportJob
  /** How much of its file is saved; the row is then that of the file. */
  readonly saved?: DownloadProgress
  /** The error of the last poll, if it failed. */
  readonly pollError?: ExportJobsError
  readonly nextPollAt?: Date
  /** By `performance.now()`: when the export or the wait ended. */
  readonly endedAt?: number
  readonly isGivenUp?: boolean
}

/**
 * The row after an update.
 *
 * @param now - by `performance.now()`
 * @param wall - by `Date.now()`: used for the age of the export if the vendor does not send its own time
 */
export function updateRow(row: Row, update: Update, now: number, wall: number): Row {
  const { pollError: _, nextPollAt: __, ...kept } = row
  const next = update.nextPollAt && { nextPollAt: update.nextPollAt }
  if (update.type === 'poll-failed') return { ...kept, ...next, pollError: update.error }
  const { job } = update
  const seenAt = job.answeredAt?.getTime() ?? wall
  const age = job.createdAt ? seenAt - job.createdAt.getTime() : 0
  return { ...kept, ...next, job, startedAt: Math.min(row.startedAt, now - age) }
}

/** What the row says of progress, in whole percent; empty if the vendor does not report it. */
export const percentOf = ({ job }: Row): number | undefined =>
  job && 'progress' in job && job.progress !== undefined ? Math.floor(job.progress) : undefined
