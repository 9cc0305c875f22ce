import type { ExportJob, ExportStatus, Update } from '../index.ts'
import type { DownloadProgress } from '../node/index.ts'
import { describeError, describeJob } from './describe.ts'
import type { Colors } from './shell.ts'
import { formatBytes, formatTicks, plain, shorten } from './text.ts'

/** One export, or its file, in the live area. */
export interface Row {
  readonly vendor: string
  readonly ref: string
  /** Instant of `performance.now()`. */
  readonly startedAt: number
  readonly job?: ExportJob
  /** How far its file has come; the line is then the file's. */
  readonly saved?: DownloadProgress
  /** What the last poll failed with, if it did. */
  readonly pollError?: unknown
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

/** The row after an update of its watch. */
export function updateRow(row: Row, update: Update): Row {
  const { pollError: _, nextPollAt: __, ...kept } = row
  const next = update.nextPollAt && { nextPollAt: update.nextPollAt }
  return update.type === 'job'
    ? { ...kept, ...next, job: update.job }
    : { ...kept, ...next, pollError: update.error }
}

const looks: Record<ExportStatus, { readonly symbol: string; readonly color: keyof Colors }> = {
  pending: { symbol: '·', color: 'gray' },
  running: { symbol: '•', color: 'cyan' },
  unknown: { symbol: '?', color: 'yellow' },
  completed: { symbol: '✓', color: 'green' },
  failed: { symbol: '✗', color: 'red' },
  canceled: { symbol: '✗', color: 'yellow' },
  expired: { symbol: '✗', color: 'red' },
}

/** The sign of a status, and how it is coloured: never by colour alone. */
export function lookOf(status: ExportStatus, colors: Colors) {
  const { symbol, color } = looks[status]
  return { symbol, paint: colors[color] as (text: string) => string }
}

function lookOfRow(row: Row, colors: Colors): { text: string } & ReturnType<typeof lookOf> {
  if (row.isGivenUp) return { text: 'gave up', symbol: '!', paint: colors.yellow }
  if (!row.saved)
    return { text: row.job?.status ?? 'looking', ...lookOf(row.job?.status ?? 'pending', colors) }
  return row.endedAt === undefined
    ? { text: 'saving', symbol: '↓', paint: colors.cyan }
    : { text: 'saved', symbol: '✓', paint: colors.green }
}

type Piece = readonly [text: string, paint?: (text: string) => string]

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

/** Draws the rows, one line each, no longer than the terminal is wide. */
export function renderRows(rows: readonly Row[], view: View): string[] {
  const vendorWidth = Math.max(0, ...rows.map(({ vendor }) => vendor.length))
  const longest = Math.max(0, ...rows.map(({ ref }) => plain(ref).length))
  const isFailing = rows.some(({ pollError }) => pollError !== undefined)
  const isSaving = rows.some(({ saved }) => saved !== undefined)
  const savingWidth = (view.columns < wideForSpeed ? shortBarWidth : barWidth) + percentWidth + speedWidth
  const kept = isFailing ? errorWidth : isSaving ? savingWidth : barWidth + percentWidth
  const room = view.columns - 1 - fixedWidth - vendorWidth - kept
  const refWidth = Math.min(longest, Math.max(8, room))
  return rows.map((row) => {
    const { gray } = view.colors
    const { text: status, symbol, paint } = lookOfRow(row, view.colors)
    const elapsed = formatTicks((row.endedAt ?? view.now) - row.startedAt)
    return cut(
      [
        [`${symbol} `, paint],
        [`${row.vendor.padEnd(vendorWidth)}  `],
        [`${shorten(plain(row.ref), refWidth).padEnd(refWidth)}  `, gray],
        [`${status.padEnd(9)}  `, paint],
        [view.columns < narrow ? '' : `${elapsed.padStart(7)}  `],
        ...detail(row, view),
      ],
      view.columns - 1,
    )
  })
}

function detail(row: Row, view: View): Piece[] {
  const { job, pollError, nextPollAt, saved } = row
  const { colors, wall } = view
  if (saved) return detailOfFile(saved, row, view)
  if (row.endedAt !== undefined) return [[job && !row.isGivenUp ? describeJob(job) : '', colors.gray]]
  const pieces: Piece[] = []
  if (job && 'progress' in job && job.progress !== undefined) pieces.push(...bar(job.progress, view))
  else if (nextPollAt) {
    const left = Math.ceil((nextPollAt.getTime() - wall) / 1_000)
    pieces.push([left > 0 ? `next look in ${formatTicks(left * 1_000)}` : 'looking …', colors.gray])
  }
  if (pollError !== undefined) pieces.push([`  ! ${describeError(pollError)}`, colors.dim])
  return pieces
}

function detailOfFile({ bytes, total, bytesPerSecond }: DownloadProgress, row: Row, view: View): Piece[] {
  const { gray } = view.colors
  if (row.endedAt !== undefined) return [[formatBytes(bytes), gray]]
  const speed = view.columns < narrowForSpeed ? '' : `  ${formatBytes(bytesPerSecond)}/s`
  return total
    ? [...bar((bytes / total) * 100, view, wideForSpeed), [speed, gray]]
    : [[`${formatBytes(bytes)}${speed}`, gray]]
}

function bar(percent: number, { colors, columns }: View, wideFrom = wide): Piece[] {
  const width = columns < narrow ? 0 : columns < wideFrom ? shortBarWidth : barWidth
  const filled = Math.floor((percent / 100) * width)
  return [
    ['━'.repeat(filled), colors.cyan],
    ['─'.repeat(width - filled), colors.gray],
    [`${Math.floor(percent)}%`.padStart(width === 0 ? 4 : percentWidth)],
  ]
}

// By characters that are seen: a colour takes no room.
function cut(pieces: readonly Piece[], width: number): string {
  let room = width
  let line = ''
  for (const [text, paint = String] of pieces) {
    if (room <= 0) break
    const shown = text.length > room ? `${text.slice(0, room - 1)}…` : text
    if (shown !== '') line += paint(shown)
    room -= text.length
  }
  return line
}

/** A finished or seen export as one line of text, its fields separated by tabs: for programs. */
export function formatResult(job: ExportJob, ref: string): string {
  return [job.vendor, plain(ref), job.status, describeJob(job)].join('\t')
}

/**
 * As {@link formatResult}, for eyes.
 *
 * @param widths - of the vendors and refs that are to stand below each other
 */
export function paintResult(
  job: ExportJob,
  ref: string,
  colors: Colors,
  widths: { readonly vendor: number; readonly ref: number },
): string {
  const { symbol, paint } = lookOf(job.status, colors)
  const fields = [
    `${paint(symbol)} ${job.vendor.padEnd(widths.vendor)}`,
    colors.gray(plain(ref).padEnd(widths.ref)),
    paint(job.status.padEnd(9)),
    describeJob(job),
  ]
  return fields.join('  ').trimEnd()
}
