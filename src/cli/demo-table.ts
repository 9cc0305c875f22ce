import type { ExportJob } from '../index.ts'
import { describeError } from './describe.ts'
import { styleOf } from './row.ts'
import type { Colors, Output } from './shell.ts'
import { type Cell, formatTable } from './table.ts'
import { formatBytes, formatSpan, sanitizeForTerminal } from './text.ts'
import type { Ending } from './wait-all.ts'
import { cutMiddle } from './width.ts'

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
