import type { JobScript } from '../../src/testing/index.ts'
import type { VendorName } from '../support/vendors.ts'

/** How a wait ends: as the vendor says, or as it must not. */
export type Ending = 'completed' | 'job-failed' | 'job-expired'

/** One export of the soak: what it does at its vendor, and how the wait for it must end. */
export interface SoakExport {
  readonly vendor: VendorName
  readonly id: string
  /** What the client's `get` takes. */
  readonly ref: unknown
  readonly script: JobScript
  /** Ms from its start to its end. */
  readonly duration: number
  readonly ending: Ending
}

const vendorNames = ['tyk', 'anaconda', 'loyaltydog', 'didomi'] as const

/** The exports of a soak, the same ones each time: the vendors' process puts them there, the waiting one waits for them. */
export function createExports(count: number): SoakExport[] {
  return Array.from({ length: count }, (_, index) => createExport(index))
}

function createExport(index: number): SoakExport {
  const vendor = vendorNames[index % vendorNames.length] as VendorName
  const serial = Math.floor(index / vendorNames.length)
  const id =
    vendor === 'anaconda' ? `00000000-0000-4000-8000-${`${serial}`.padStart(12, '0')}` : `job-${serial}`
  // Half of the runs are of one export, whose list has two pages.
  const exportId = serial % 2 === 0 ? 'hourly' : `daily-${serial % 20}`
  const ref = vendor === 'didomi' ? { exportId, runId: id } : id
  const ending = endingOf(vendor, serial)
  // One that has expired was over before anybody asked.
  const [pending, running] = ending === 'job-expired' ? [0, 0] : [500, 2_000 + ((serial * 7_919) % 12_000)]
  const script: JobScript = {
    id,
    exportId,
    pending,
    running,
    outcome: ending === 'job-failed' ? 'failed' : 'completed',
    error: `export ${serial} failed`,
    records: serial,
    notFoundFor: serial % 9 === 4 ? 1_000 : 0,
    ...(ending === 'job-expired' && { expiresAfter: 0 }),
  }
  return { vendor, id, ref, script, duration: pending + running, ending }
}

function endingOf(vendor: VendorName, serial: number): Ending {
  if (serial % 8 === 3) return 'job-failed'
  return vendor === 'tyk' && serial % 8 === 5 ? 'job-expired' : 'completed'
}
