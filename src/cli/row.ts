import type { ExportJob, ExportJobsError, ExportStatus, Update } from '../index.ts'
import type { DownloadProgress } from '../node/index.ts'
import { describeJob, summarizeError } from './describe.ts'
import type { Colors } from './shell.ts'
import {
  cutEnd,
  cutMiddle,
  formatBytes,
  formatTicks,
  padEnd,
  padStart,
  sanitizeForTerminal,
  widthOf,
} from './text.ts'

/** One export, or its file, in the live area. */
export interface Row {
  readonly vendor: string
  readonly ref: string
  /** Instant of `performance.now()`: when the export was created, if its vendor tells, else when the wait began. */
  readonly startedAt: number
  readonly job?: ExportJob
  /** How far its file has come; the line is then the file's. */
  readonly saved?: DownloadProgress
  /** What the last poll failed with, if it did. */
  readonly pollError?: ExportJobsError
  /** When the next poll is due. */
  readonly nextPollAt?: Date
  /** Instant of `performance.now()` at which it was over: it ended, or the wait was given up. */
  readonly endedAt?: number
  readonly isGivenUp?: boolean
}

/** What lines are drawn by. */
export interface View {
  readonly columns: number
  readonly colors: Colors
  /** Of `performance.now()`. */
  readonly now: number
  /** Of `Date.now()`. */
  readonly wall: number
}

/**
 * The row after an update of its watch.
 *
 * @param now - of `performance.now()`
 * @param wall - of `Date.now()`: what the age is told by where the vendor's own clock is not known
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

const styles: Record<ExportStatus, { readonly symbol: string; readonly color: keyof Colors }> = {
  pending: { symbol: '·', color: 'gray' },
  running: { symbol: '•', color: 'cyan' },
  unknown: { symbol: '?', color: 'yellow' },
  completed: { symbol: '✓', color: 'green' },
  failed: { symbol: '✗', color: 'red' },
  canceled: { symbol: '✗', color: 'yellow' },
  expired: { symbol: '✗', color: 'red' },
}

/** The symbol of a status, and how it is coloured: never by colour alone. */
export function styleOf(status: ExportStatus, colors: Colors) {
  const { symbol, color } = styles[status]
  return { symbol, paint: colors[color] as (text: string) => string }
}

function styleOfRow(row: Row, colors: Colors): { text: string } & ReturnType<typeof styleOf> {
  if (row.isGivenUp) return { text: 'stopped', symbol: '!', paint: colors.yellow }
  if (row.saved) {
    return row.endedAt === undefined
      ? { text: 'saving', symbol: '↓', paint: colors.cyan }
      : { text: 'saved', symbol: '✓', paint: colors.green }
  }
  return { text: row.job?.status ?? 'polling', ...styleOf(row.job?.status ?? 'pending', colors) }
}

const barWidth = 22
const shortBarWidth = 10
// Signs, gaps, status and time; and what is kept free for what follows them.
const fixedWidth = 26
const percentWidth = 5
const speedWidth = 13
const errorWidth = 50
// Below this many columns the line does without the time and the bar, of a file without its speed.
const narrow = 60
const narrowForSpeed = 72
// From this many on, the bar is a long one: there is room for a ref beside it.
const wide = 80
const wideForSpeed = 100

/** Draws the rows, one line each, no wider than the terminal. */
export function renderRows(rows: readonly Row[], view: View): string[] {
  const vendorWidth = Math.max(0, ...rows.map(({ vendor }) => widthOf(vendor)))
  const longest = Math.max(0, ...rows.map(({ ref }) => widthOf(sanitizeForTerminal(ref))))
  const isFailing = rows.some(({ pollError }) => pollError !== undefined)
  const isSaving = rows.some(({ saved }) => saved !== undefined)
  const savingWidth = (view.columns < wideForSpeed ? shortBarWidth : barWidth) + percentWidth + speedWidth
  const kept = isFailing ? errorWidth : isSaving ? savingWidth : barWidth + percentWidth
  const room = view.columns - 1 - fixedWidth - vendorWidth - kept
  const refWidth = Math.min(longest, Math.max(8, room))
  return rows.map((row) => {
    const { text: status, symbol, paint } = styleOfRow(row, view.colors)
    const elapsed = formatTicks((row.endedAt ?? view.now) - row.startedAt)
    const fields = [
      `${paint(symbol)} ${padEnd(row.vendor, vendorWidth)}`,
      view.colors.gray(padEnd(cutMiddle(sanitizeForTerminal(row.ref), refWidth), refWidth)),
      paint(padEnd(status, 9)),
      ...(view.columns < narrow ? [] : [padStart(elapsed, 7)]),
      detail(row, view),
    ]
    return cutEnd(fields.join('  ').trimEnd(), view.columns - 1)
  })
}

function detail(row: Row, view: View): string {
  const { job, pollError, nextPollAt, saved } = row
  const { gray, dim } = view.colors
  if (saved) return detailOfFile(saved, row, view)
  if (row.endedAt !== undefined) return gray(job && !row.isGivenUp ? describeJob(job) : '')
  const parts: string[] = []
  if (job && 'progress' in job && job.progress !== undefined) parts.push(bar(job.progress, view))
  // Where both do not fit, why the poll failed is of more use.
  else if (nextPollAt && (pollError === undefined || view.columns >= wide)) {
    const left = Math.ceil((nextPollAt.getTime() - view.wall) / 1_000)
    parts.push(gray(left > 0 ? `next poll in ${formatTicks(left * 1_000)}` : 'polling …'))
  }
  if (pollError !== undefined) parts.push(dim(`! ${summarizeError(pollError)}`))
  return parts.join('  ')
}

function detailOfFile({ bytes, total, bytesPerSecond }: DownloadProgress, row: Row, view: View): string {
  const { gray } = view.colors
  if (row.endedAt !== undefined) return gray(formatBytes(bytes))
  const amount = total ? bar((bytes / total) * 100, view, wideForSpeed) : gray(formatBytes(bytes))
  return view.columns < narrowForSpeed ? amount : `${amount}${gray(`  ${formatBytes(bytesPerSecond)}/s`)}`
}

function bar(percent: number, { colors, columns }: View, wideFrom = wide): string {
  const width = columns < narrow ? 0 : columns < wideFrom ? shortBarWidth : barWidth
  const filled = Math.floor((percent / 100) * width)
  const number = padStart(`${Math.floor(percent)}%`, width === 0 ? 4 : percentWidth)
  return `${colors.cyan('━'.repeat(filled))}${colors.gray('─'.repeat(width - filled))}${number}`
}
