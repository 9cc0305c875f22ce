import type { ExportClient } from '../client.ts'
import { type ExportJobsError, isExportJobsError, ResponseError, TransportError } from '../errors.ts'
import { createSingleFlight } from '../internal/single-flight.ts'
import type { ExportJob, ExportStatus } from '../job.ts'
import { perClient } from './per-client.ts'

const statuses = new Set<ExportStatus>([
  'pending',
  'running',
  'completed',
  'failed',
  'canceled',
  'expired',
  'unknown',
])

// One table per client: its waits on the same export share their looks.
const looksAt = perClient(() => createSingleFlight<ExportJob>())

// What a look that is taken at the deadline is given to come back, in ms.
const lastLook = 2_000

/**
 * Asks the vendor once, for no longer than the wait has left.
 *
 * @param remaining - ms until the deadline
 * @throws the signal's reason when it is aborted, a typed error for everything else.
 */
export async function look<Ref, Job extends ExportJob>(
  client: ExportClient<Ref, Job>,
  ref: Ref,
  signal: AbortSignal | undefined,
  remaining: number,
): Promise<Job> {
  const { vendor } = client
  const timeoutError = () =>
    new TransportError('timeout', `${vendor} did not answer within the time of the wait.`, vendor)
  try {
    // The wait is itself the retry: a repeated attempt here would only ask more often than the schedule says.
    const ask = async (signal: AbortSignal) => client.get(ref, { signal, retries: 0 })
    const limit = { ms: Math.max(remaining, lastLook), timeoutError }
    const job = (await looksAt(client).join(keyOf(ref), ask, { signal, limit })) as Job
    if (statuses.has(job?.status)) return job
    throw new ResponseError('unexpected-shape', `The client of ${vendor} answered with no ExportJob.`, vendor)
  } catch (error) {
    signal?.throwIfAborted()
    throw toKnownError(error, vendor)
  }
}

/** Whether somebody is looking at this export, so that another look would take part in that. */
export function isUnderWay(client: object, ref: unknown): boolean {
  return looksAt(client).isUnderWay(keyOf(ref))
}

// The same for what is the same whenever it is written the same; anything else is itself only.
function keyOf(ref: unknown): unknown {
  if (typeof ref !== 'object' || ref === null) return ref
  const isPlain = Object.values(ref).every((value) => typeof value === 'string')
  return isPlain && Object.getPrototypeOf(ref) === Object.prototype ? JSON.stringify(ref) : ref
}

// A client of the user's own may throw anything, and mostly it is its fetch that failed.
function toKnownError(error: unknown, vendor: string): ExportJobsError {
  if (isExportJobsError(error)) return error
  return new TransportError('network', `The client of ${vendor} threw no error of export-jobs.`, vendor)
}
