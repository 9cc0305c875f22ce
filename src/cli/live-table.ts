import { createLogUpdate } from 'log-update'
import type { DownloadProgress } from '../node/index.ts'
import { describeJob, styleOf, summarizeError } from './describe.ts'
import { type Progress, percentOf, type Row, updateRow } from './row.ts'
import type { Colors, Output } from './shell.ts'
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

// Milliseconds between two drawings: seconds tick evenly. An unchanged frame is not written.
const frame = 250

/**
 * A live area on a terminal: a line for each export.
 *
 * @param keepsEnded - exports that ended stay in the area: their results are printed later, or elsewhere
 */
export function createLiveTable(err: Output, keepsEnded: boolean): Progress {
  const area = createLogUpdate(err.stream)
  const rows = new Map<symbol, Row>()
  let pausedUntil = 0
  let timer: NodeJS.Timeout | undefined
  const draw = () => {
    if (performance.now() < pausedUntil) return
    if (rows.size === 0) return area.clear()
    area(frameOf([...rows.values()], err).join('\n'))
  }
  const stop = () => {
    clearInterval(timer)
    area.done()
  }

  return {
    add(vendor, ref) {
      timer ??= setInterval(draw, frame).unref()
      const key = Symbol(ref)
      rows.set(key, { vendor, ref, startedAt: performance.now() })
      const change = (by: (row: Row) => Row) => {
        const row = rows.get(key)
        if (row) rows.set(key, by(row))
        draw()
      }
      draw()
      return {
        rename: (ref) => change((row) => ({ ...row, ref })),
        update: (update) => change((row) => updateRow(row, update, performance.now(), Date.now())),
        // Called thousands of times a second: only the first call draws at once.
        save(saved) {
          const row = rows.get(key)
          if (row) rows.set(key, { ...row, saved })
          if (!row?.saved) draw()
        },
        end(isGivenUp) {
          // A removed row is drawn only after its result is printed, as log-update leaves an empty line in its place.
          if (!keepsEnded) rows.delete(key)
          else change((row) => ({ ...row, endedAt: performance.now(), isGivenUp }))
        },
      }
    },
    printAbove(write, isPiped = false) {
      area.clear()
      write()
      if (isPiped) pausedUntil = performance.now() + frame
      draw()
    },
    end() {
      pausedUntil = 0
      draw()
      stop()
    },
    clear() {
      area.clear()
      stop()
    },
  }
}

// If there are more rows than lines, those that have not ended are shown first.
function frameOf(rows: readonly Row[], { stream, colors }: Output): string[] {
  const height = Math.max(1, (stream.rows ?? 24) - 2)
  const view = { columns: stream.columns ?? 80, colors, now: performance.now(), wall: Date.now() }
  if (rows.length <= height) return renderRows(rows, view)
  const activeFirst = [...rows].sort(
    (a, b) => Number(a.endedAt !== undefined) - Number(b.endedAt !== undefined),
  )
  const hidden = rows.length - height + 1
  return [...renderRows(activeFirst.slice(0, height - 1), view), colors.gray(`  … and ${hidden} more`)]
}

/** The terminal and the time at which rows are drawn. */
export interface View {
  readonly columns: number
  readonly colors: Colors
  /** By `performance.now()`. */
  readonly now: number
  /** By `Date.now()`. */
  readonly wall: number
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
// Columns of symbol, gaps, status and time, and those reserved for what follows.
const fixedWidth = 26
const percentWidth = 5
const speedWidth = 13
const errorWidth = 50
// With fewer columns, a line shows neither time nor bar; that of a file no speed.
const narrow = 60
const narrowForSpeed = 72
// With as many columns or more, there is room for a long bar beside the ref.
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
  const percent = percentOf(row)
  if (percent !== undefined) parts.push(bar(percent, view))
  // If only one fits, the error is more useful than the next poll.
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
