import { createVendorSimulator, type VendorSimulator } from '../testing/index.ts'
import { anacondaServiceAccount, createAnacondaClient } from '../vendors/anaconda.ts'
import { createDidomiClient, didomiApiKey } from '../vendors/didomi.ts'
import { createLoyaltyDogClient } from '../vendors/loyaltydog.ts'
import { createTykClient } from '../vendors/tyk.ts'
import { drawTable, type Outcome } from './demo-table.ts'
import { exitCodes } from './exit-codes.ts'
import { createProgress } from './progress.ts'
import { Interruption, type Shell } from './shell.ts'
import { formatRef, type VendorName } from './vendors.ts'
import { type Waiting, waitAll } from './wait-all.ts'

/**
 * Waits for one export of each simulated vendor, all at once, over real HTTP.
 *
 * @param pace - what its times are multiplied by: less than 1 for who need not watch it
 * @returns the exit code
 */
export async function demo(shell: Shell, pace = 1): Promise<number> {
  const { out, err, signal } = shell
  const simulator = createVendorSimulator()
  const server = await simulator.listen()
  const progress = createProgress(shell, {}, true)
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
      () => ({ timeout: '12s', schedule: { minDelay: 250 * pace, maxDelay: 600 * pace } }),
      progress,
      { onEnd: (ending) => void outcomes.push({ ending, took: performance.now() - startedAt }) },
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
  { tyk, anaconda, loyaltydog, didomi }: VendorSimulator,
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

  const waiting = (vendor: VendorName, client: unknown, ref: unknown): Waiting => ({
    target: { vendor, text: formatRef(ref), ref },
    client: client as Waiting['client'],
  })
  return [
    waiting('tyk', tykClient, tykId),
    waiting('anaconda', anacondaClient, anacondaId),
    waiting('loyaltydog', loyaltydogClient, loyaltydogId),
    waiting('didomi', didomiClient, run),
  ]
}

function isAsItShouldBe(outcomes: readonly Outcome[], renewals: number): boolean {
  const ends = outcomes.map(({ ending }) => ('job' in ending ? ending.job.status : 'gave up'))
  return ends.join() === 'completed,completed,failed,completed' && renewals === 1
}
