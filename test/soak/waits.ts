// The waiting process of a soak: forked with its options as JSON, it waits for all exports, tells how that went and
// what is left of it, and then has to end by itself.
import { getEventListeners, setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  ApiError,
  type ExportClient,
  type ExportJob,
  isExportJobsError,
  JobFailedError,
  type Update,
  WaitError,
  waitForCompletion,
} from '../../src/index.ts'
import { anacondaServiceAccount, createAnacondaClient } from '../../src/vendors/anaconda.ts'
import { createDidomiClient, didomiApiKey } from '../../src/vendors/didomi.ts'
import { createLoyaltyDogClient } from '../../src/vendors/loyaltydog.ts'
import { createTykClient } from '../../src/vendors/tyk.ts'
import type { VendorName } from '../support/vendors.ts'
import { createExports, type SoakExport } from './exports.ts'
import type { Accounts } from './vendors.ts'

/** What the process is forked with. */
export interface WaitsOptions {
  /** The proxy's. */
  readonly origin: string
  readonly accounts: Accounts
  readonly waits: number
}

/** How one wait ended. */
export interface Outcome {
  /** `completed`, or the code of the error. */
  readonly ending: string
  /** Of the job, where there is one. */
  readonly id?: string
  readonly ref?: unknown
  readonly records?: number | undefined
  readonly reason?: string
  /** Ms since the epoch. */
  readonly at: number
}

type Counts = Record<string, number>

/** How it went. */
export interface WaitsReport {
  readonly outcomes: readonly Outcome[]
  readonly polls: number
  /** Polls that failed and were tolerated, by the code of their error. */
  readonly tolerated: Counts
  /** Waits that were given up and then resumed, by reason and cause. */
  readonly resumed: Counts
  /** Refused tokens, by vendor. */
  readonly refusals: Counts
  readonly unhandled: number
  readonly warnings: number
  /** What would hold the process open, and what listens to the signal of the waits. */
  readonly left: readonly string[]
  readonly seconds: number
  /** MB. */
  readonly peak: number
}

const { origin, accounts, waits }: WaitsOptions = JSON.parse(process.argv[2] ?? '')

const report = {
  polls: 0,
  tolerated: {} as Counts,
  resumed: {} as Counts,
  refusals: {} as Counts,
  unhandled: 0,
  warnings: 0,
}
const count = (counts: Counts, name: string) => {
  counts[name] = (counts[name] ?? 0) + 1
}
process.on('unhandledRejection', () => {
  report.unhandled++
  // Also of one that comes after the report.
  process.exitCode = 1
})
process.on('warning', () => report.warnings++)

/** A token function as a user writes it, over the same bad line. */
function createKeys(vendor: VendorName) {
  let cached: string | undefined
  return async ({ signal, refresh }: { signal: AbortSignal; refresh: boolean }): Promise<string> => {
    if (cached !== undefined && !refresh) return cached
    const response = await fetch(`${origin}/keys/${vendor}/current`, { signal, redirect: 'manual' })
    const { key } = (await response.json()) as { key?: unknown }
    if (!response.ok || typeof key !== 'string') throw new Error('No key')
    cached = key
    return key
  }
}

const baseUrlOf = (vendor: VendorName): string => origin + accounts.paths[vendor]
const optionsOf = (vendor: VendorName) => ({
  baseUrl: baseUrlOf(vendor),
  timeout: 3_000,
  onRequest: ({ status }: { status?: number }) => {
    if (status === 401) count(report.refusals, vendor)
  },
})
const clients: Record<VendorName, ExportClient<never, ExportJob>> = {
  tyk: createTykClient({ ...optionsOf('tyk'), token: createKeys('tyk') }),
  loyaltydog: createLoyaltyDogClient({ ...optionsOf('loyaltydog'), token: createKeys('loyaltydog') }),
  anaconda: createAnacondaClient({
    ...optionsOf('anaconda'),
    token: anacondaServiceAccount({ ...accounts.anaconda, baseUrl: baseUrlOf('anaconda') }),
  }),
  didomi: createDidomiClient({
    ...optionsOf('didomi'),
    organizationId: 'soak',
    token: didomiApiKey({ ...accounts.didomi, baseUrl: baseUrlOf('didomi') }),
  }),
}

const { signal } = new AbortController()
setMaxListeners(0, signal)

const options = {
  signal,
  schedule: { minDelay: 200, maxDelay: 3_000 },
  timeout: '3m',
  tolerate: '3m',
  notFoundGrace: '1m',
  onUpdate(update: Update) {
    report.polls++
    if (update.type === 'poll-failed') count(report.tolerated, update.error.code)
  },
} as const

function causeOf({ cause }: WaitError): string {
  if (cause instanceof ApiError) return `${cause.httpStatus}`
  return isExportJobsError(cause) ? cause.code : ''
}

/** Waits as a user does who takes up a wait again when it was given up for what somebody has mended since. */
async function settle({ vendor, ref }: SoakExport): Promise<Outcome> {
  for (let next = ref; ; ) {
    try {
      const job: ExportJob = await waitForCompletion(clients[vendor], next as never, options)
      return { ending: job.status, id: job.id, ref: job.ref, records: job.totalRecords, at: Date.now() }
    } catch (error) {
      if (error instanceof WaitError && (error.reason === 'refused' || error.reason === 'unauthorized')) {
        count(report.resumed, `${error.reason}: ${causeOf(error)}`)
        next = error.state
        continue
      }
      if (!(error instanceof JobFailedError)) {
        return { ending: isExportJobsError(error) ? error.code : String(error), at: Date.now() }
      }
      const { job } = error
      const reason = job.status === 'failed' ? { reason: job.reason } : {}
      return { ending: error.code, id: job.id, ref: job.ref, ...reason, at: Date.now() }
    }
  }
}

const began = performance.now()
const outcomes = await Promise.all(createExports(waits).map(settle))
const seconds = (performance.now() - began) / 1_000

// Idle connections are kept for the next request, and hold nothing open; what still does after a while is a leak.
await sleep(500)
const held = process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap' && name !== 'TTYWrap')
const listeners = getEventListeners(signal, 'abort').map(() => 'listener')
const peak = process.resourceUsage().maxRSS / 1024
const whole: WaitsReport = { ...report, outcomes, left: [...held, ...listeners], seconds, peak }
process.send?.(whole, () => process.disconnect())
