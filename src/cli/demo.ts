import type { ExportJob } from '../index.ts'
import { anacondaServiceAccount, createAnacondaClient } from '../vendors/anaconda.ts'
import { createDidomiClient, didomiApiKey } from '../vendors/didomi.ts'
import { createLoyaltyDogClient } from '../vendors/loyaltydog.ts'
import { createTykClient } from '../vendors/tyk.ts'
import { describeError } from './describe.ts'
import { exitCodes } from './exit-codes.ts'
import { createProgress } from './progress.ts'
import { styleOf } from './row.ts'
import { type Colors, Interruption, type Shell } from './shell.ts'
import { loadSimulator, type Simulator } from './simulator.ts'
import { type Cell, formatTable } from './table.ts'
import { formatBytes, formatSpan, sanitizeForTerminal } from './text.ts'
import { formatRef, type VendorName } from './vendors.ts'
import { type Ending, type Waiting, waitAll } from './wait-all.ts'
import { cutMiddle } from './width.ts'

// It works in any folder, an empty one too.
const demoCommand = 'npx --package=export-jobs --package=msw export-jobs demo'

/** What the demo found out about one export. */
interface Outcome {
  readonly ending: Ending
  /** Milliseconds from its start until its end was seen. */
  readonly took: number
}

/**
 * Waits for one export of each simulated vendor, all at once, over real HTTP.
 *
 * @param pace - what its times are multiplied by: less than 1 for who need not watch it
 * @returns the exit code
 */
export async function demo(shell: Shell, pace = 1): Promise<number> {
  const { out, err, signal } = shell
  const simulator = await loadSimulator()
  if (simulator === undefined) {
    err.line(
      `export-jobs: The demo simulates the vendors with msw, which is not installed. Run: ${demoCommand}`,
    )
    return exitCodes.usage
  }
  const server = await simulator.listen()
  const progress = createProgress(shell, true)
  try {
    let renewals = 0
    const waits = await startAll(simulator, server.origin, signal, pace, () => renewals++)
    err.line('Four simulated vendors, one export each.\nOne export will fail, and one token will expire.\n')
    const startedAt = performance.now()
    const outcomes: Outcome[] = []
    // Polls more often than an export of a few seconds is worth, so that the bars move.
    await waitAll(
      shell,
      waits,
      { timeout: '12s', schedule: { minDelay: 250 * pace, maxDelay: 600 * pace } },
      progress,
      (ending) => {
        outcomes.push({ ending, took: performance.now() - startedAt })
      },
    )
    progress.clear()
    const inOrder = waits.flatMap(({ target }) => outcomes.filter(({ ending }) => ending.target === target))
    out.line(drawTable(inOrder, renewals, out))
    return isAsItShouldBe(inOrder, renewals) ? exitCodes.done : exitCodes.failed
  } catch (error) {
    progress.clear()
    if (!(error instanceof Interruption)) throw error
    err.line('export-jobs: Interrupted. Nothing is left running: the vendors were simulated.')
    return error.exitCode
  } finally {
    await server.close()
  }
}

async function startAll(
  { tyk, anaconda, loyaltydog, didomi }: Simulator,
  origin: string,
  signal: AbortSignal,
  pace: number,
  onRefusal: () => void,
): Promise<Waiting[]> {
  const tykClient = createTykClient({ baseUrl: tyk.baseUrl(origin), token: tyk.token })
  const account = { ...anaconda.credentials, baseUrl: anaconda.baseUrl(origin) }
  const anacondaClient = createAnacondaClient({
    baseUrl: anaconda.baseUrl(origin),
    token: anacondaServiceAccount(account),
    onRequest: ({ status }) => {
      if (status === 401) onRefusal()
    },
  })
  const loyaltydogClient = createLoyaltyDogClient({
    baseUrl: loyaltydog.baseUrl(origin),
    token: loyaltydog.token,
  })
  const didomiClient = createDidomiClient({
    baseUrl: didomi.baseUrl(origin),
    token: didomiApiKey({ ...didomi.credentials, baseUrl: didomi.baseUrl(origin) }),
    organizationId: 'simulated-organization',
  })

  tyk.next({ pending: 700 * pace, running: 2_300 * pace, records: 4_211 })
  anaconda.next({ pending: 300 * pace, running: 4_400 * pace, records: 18_640, unauthorizedAfter: 1 })
  loyaltydog.next({
    pending: 500 * pace,
    running: 1_600 * pace,
    outcome: 'failed',
    error: 'Merchant ledger is locked',
  })
  const [tykId, anacondaId, loyaltydogId] = await Promise.all([
    tykClient.start(
      { source_type: 'app', source_id: 7, start_date: '2026-01-01', end_date: '2026-01-31' },
      { signal },
    ),
    anacondaClient.start({ from_date: '2026-01-01T00:00:00Z' }, { signal }),
    loyaltydogClient.start({ format: 'csv' }, { signal }),
  ])
  // Didomi's API starts nothing: its runs come by its own schedule.
  const run = didomi.add({ pending: 0, running: 3_600 * pace, records: 9_075 })

  const waiting = (
    vendor: VendorName,
    client: Waiting['client'],
    ref: Waiting['target']['ref'],
  ): Waiting => ({
    target: { vendor, text: formatRef(ref), ref },
    client,
  })
  return [
    waiting('tyk', tykClient, tykId),
    waiting('anaconda', anacondaClient, anacondaId),
    waiting('loyaltydog', loyaltydogClient, loyaltydogId),
    waiting('didomi', didomiClient, run),
  ]
}

const headings = ['vendor', 'id', 'status', 'records', 'took', 'note'] as const

// The notes are to be read whole. Of an id, its ends will do; the narrowest terminals do without.
function drawTable(outcomes: readonly Outcome[], renewals: number, out: Shell['out']): string {
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

function isAsItShouldBe(outcomes: readonly Outcome[], renewals: number): boolean {
  const ends = outcomes.map(({ ending }) => ('job' in ending ? ending.job.status : 'gave up'))
  return ends.join() === 'completed,completed,failed,completed' && renewals === 1
}
