import { bounded } from '../abort.ts'
import type { ExportClient } from '../client.ts'
import { type ExportJobsError, isExportJobsError, TransportError } from '../errors.ts'
import type { ExportJob } from '../job.ts'

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
  try {
    // The wait is itself the retry: a repeated attempt here would only ask more often than the schedule says.
    return await bounded((own) => client.get(ref, { signal: own, retries: 0 }), {
      signal,
      timeout: Math.max(remaining, lastLook),
      late: () =>
        new TransportError('timeout', `${vendor} did not answer within the time of the wait.`, vendor),
    })
  } catch (error) {
    signal?.throwIfAborted()
    throw toKnownError(error, vendor)
  }
}

// A client of the user's own may throw anything, and mostly it is its fetch that failed.
function toKnownError(error: unknown, vendor: string): ExportJobsError {
  if (isExportJobsError(error)) return error
  const name = error instanceof Error ? error.name : typeof error
  return new TransportError('network', `The client of ${vendor} threw no typed error but a ${name}.`, vendor)
}
