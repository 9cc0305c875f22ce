import type { ExportJob } from '../index.ts'
import { describeError } from './describe.ts'
import { styleOf } from './row.ts'
import type { Colors, Output } from './shell.ts'
import {
  cutEnd,
  cutMiddle,
  formatBytes,
  formatSpan,
  padEnd,
  padStart,
  sanitizeForTerminal,
  widthOf,
} from './text.ts'
import type { Ending } from './wait-all.ts'

/** What the demo found out about one export. */
export interface Outcome {
  readonly ending: Ending
  /** Milliseconds from its start until its end was seen. */
  readonly took: number
}

const headings = ['vendor', 'id', 'status', 'records', 'took', 'note'] as const

/**
 * Draws the table that the demo ends with. The notes are to be read whole: of an id, its ends will do, and the
 * narrowest terminals do without.
 *
 * @param renewals - how often the token of Anaconda was refused
 */
export function drawTable(outcomes: readonly Outcome[], renewals: number, out: Output): string {
  const columns = out.isTerminal ? (out.stream.columns ?? 80) : Number.POSITIVE_INFINITY
  const rows = outcomes.map((outcome) => cells(outcome, renewals, out.colors, Math.max(9, columns - 84)))
  const isShown = (column: number) => columns >= 72 || headings[column] !== 'id'
  return formatTable(
    headings.filter((_, column) => isShown(column)),
    rows.map((row) => row.filter((_, column) => isShown(column))),
    out,
  )
}

function cells({ ending, took }: Outcome, renewals: number, colors: Colors, idWidth: number): Cell[] {
  const { vendor, text } = ending.target
  const id: Cell = [cutMiddle(sanitizeForTerminal(text), idWidth), colors.gray]
  const time: Cell = [formatSpan(took)]
  if ('error' in ending) {
    return [[vendor], id, ['stopped', colors.yellow], ['–'], time, [describeError(ending.error)]]
  }
  const { job } = ending
  const { symbol, paint } = styleOf(job.status, colors)
  const records = job.totalRecords?.toLocaleString('en-US') ?? '–'
  const note = [noteOf(job), ...(vendor === 'anaconda' && renewals > 0 ? ['token renewed'] : [])]
  return [[vendor], id, [`${symbol} ${job.status}`, paint], [records], time, [note.join(', ')]]
}

function noteOf(job: ExportJob): string {
  if ((job.status === 'failed' || job.status === 'canceled') && job.reason)
    return `"${sanitizeForTerminal(job.reason)}"`
  if (job.status !== 'completed') return job.rawStatus
  const { format } = job.download ?? {}
  if (job.vendor === 'didomi') return 'delivered to a bucket'
  return [job.fileSize !== undefined && formatBytes(job.fileSize), format].filter(Boolean).join(' of ')
}

/** A cell, and how to paint it. */
export type Cell = readonly [text: string, paint?: ((text: string) => string) | undefined]

const alignedRight = new Set(['records', 'took'])

/** Writes rows as a table; no wider than the terminal, where it goes to one. */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  { colors, stream, isTerminal }: Pick<Output, 'colors' | 'isTerminal'> & { stream: { columns?: number } },
): string {
  const lines: (readonly Cell[])[] = [headings.map((heading) => [heading, colors.bold] as const), ...rows]
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((line) => widthOf(line[column]?.[0] ?? ''))),
  )
  return lines
    .map((line) => {
      const cells = line.map(([content, paint = String], column) => {
        const pad = alignedRight.has(headings[column] ?? '') ? padStart : padEnd
        return paint(column === line.length - 1 ? content : pad(content, widths[column] ?? 0))
      })
      const text = cells.join('  ').trimEnd()
      return isTerminal ? cutEnd(text, (stream.columns ?? 80) - 1) : text
    })
    .join('\n')
}
