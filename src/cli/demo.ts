import type { ExportJob } from '../index.ts'
import { createVendorSimulator } from '../testing/index.ts'
import { createClient } from './clients.ts'
import { describeError, styleOf } from './describe.ts'
import { exitCodes } from './exit-codes.ts'
import { createProgress } from './progress.ts'
import { Interruption, type Output, type Shell } from './shell.ts'
import { environmentOf } from './simulate.ts'
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
import { formatRef, type VendorName } from './vendors.ts'
import { type Ending, type Waiting, waitFor } from './wait.ts'

/** How one export of the demo ended. */
export interface Outcome {
  readonly ending: Ending
  /** Milliseconds from its start. */
  readonly took: number
}

/**
 * Waits for one export of each simulated vendor, all at once, over real HTTP.
 *
 * @param pace - factor of all times: less than 1 for tests
 * @returns the exit code
 */
export async function demo(shell: Shell, pace = 1): Promise<number> {
  const { out, err, signal } = shell
  const simulator = createVendorSimulator()
  const server = await simulator.listen()
  const progress = createProgress(shell, {}, true)
  const environment = environmentOf(simulator, server.origin)
  let renewals = 0
  const onRequest = ({ status }: { status?: number | undefined }) => {
    if (status === 401) renewals++
  }
  const tyk = createClient.tyk(environment, {})
  const anaconda = createClient.anaconda(environment, { onRequest })
  const loyaltydog = createClient.loyaltydog(environment, {})
  const didomi = createClient.didomi(environment, {})
  const log = { source_type: 'app', source_id: 7, start_date: '2026-01-01', end_date: '2026-01-31' } as const
  // Shorter delays than exports of a few seconds need, so that the bars move.
  const options = { timeout: '12s', schedule: { minDelay: 250 * pace, maxDelay: 600 * pace } } as const
  const waiting = (vendor: VendorName, client: unknown, ref: unknown) =>
    ({ target: { vendor, text: formatRef(ref), ref }, client, options }) as Waiting
  try {
    simulator.tyk.next({ pending: 700 * pace, running: 2_300 * pace, records: 4_211 })
    simulator.anaconda.next({
      pending: 300 * pace,
      running: 4_400 * pace,
      records: 18_640,
      unauthorizedAfter: 1,
    })
    const error = 'Merchant ledger is locked'
    simulator.loyaltydog.next({ pending: 500 * pace, running: 1_600 * pace, outcome: 'failed', error })
    const waits = [
      waiting('tyk', tyk, await tyk.start(log, { signal })),
      waiting('anaconda', anaconda, await anaconda.start({ from_date: '2026-01-01T00:00:00Z' }, { signal })),
      waiting('loyaltydog', loyaltydog, await loyaltydog.start({ format: 'csv' }, { signal })),
      // Didomi's API starts no exports.
      waiting('didomi', didomi, simulator.didomi.add({ pending: 0, running: 3_600 * pace, records: 9_075 })),
    ]
    err.line('Four simulated vendors, one export each.\nOne export will fail, and one token will expire.\n')
    const startedAt = performance.now()
    const outcomes = await Promise.all(
      waits.map(async (waiting): Promise<Outcome> => {
        const ending = await waitFor(shell, waiting, progress)
        return { ending, took: performance.now() - startedAt }
      }),
    )
    progress.clear()
    out.line(drawTable(outcomes, renewals, out))
    const ends = outcomes.map(({ ending }) => ('job' in ending ? ending.job.status : 'gave up'))
    const isExpected = ends.join() === 'completed,completed,failed,completed' && renewals === 1
    return isExpected ? exitCodes.done : exitCodes.failed
  } catch (error) {
    progress.clear()
    if (!(error instanceof Interruption)) throw error
    err.line('export-jobs: Interrupted. Nothing is left running: the vendors were simulated.')
    return error.exitCode
  } finally {
    await server.close()
  }
}

/** A cell of the table, and how it is painted. */
type Cell = readonly [text: string, paint?: (text: string) => string]

/**
 * Draws the table that the demo ends with, no wider than the terminal: ids are shortened before notes are, and a narrow
 * terminal gets no ids.
 *
 * @param renewals - how often the token of Anaconda was refused
 */
export function drawTable(outcomes: readonly Outcome[], renewals: number, out: Output): string {
  const { bold } = out.colors
  const columns = out.isTerminal ? (out.stream.columns ?? 80) : Number.POSITIVE_INFINITY
  const headings = ['vendor', 'id', 'status', 'records', 'took', 'note']
  const rows = [
    headings.map((heading): Cell => [heading, bold]),
    ...outcomes.map((outcome) => cellsOf(outcome, renewals, out, Math.max(9, columns - 84))),
  ]
  const isShown = (column: number) => columns >= 72 || headings[column] !== 'id'
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column]?.[0] ?? ''))))
  const lines = rows.map((row) => {
    const cells = row.map(([text, paint = String], column) => {
      const pad = ['records', 'took'].includes(headings[column] ?? '') ? padStart : padEnd
      return paint(column === headings.length - 1 ? text : pad(text, widths[column] ?? 0))
    })
    return cutEnd(
      cells
        .filter((_, column) => isShown(column))
        .join('  ')
        .trimEnd(),
      columns - 1,
    )
  })
  return lines.join('\n')
}

function cellsOf({ ending, took }: Outcome, renewals: number, { colors }: Output, idWidth: number): Cell[] {
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
