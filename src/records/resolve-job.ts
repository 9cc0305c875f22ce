import type { ExportClient } from '../client.ts'
import { isExportJobsError } from '../errors.ts'
import { throwIfAborted } from '../internal/abort.ts'
import { isJob, toRef } from '../internal/ref.ts'
import type { ExportJob } from '../job.ts'

/**
 * The export that a file is of, for what its vendor counted: a completed job as given, any other polled.
 *
 * @returns undefined where the vendor does not tell: opening the file then shows why, or the file has to show by itself
 * that it is whole
 * @throws a temporary error of the poll, an error that is not of this package, the signal's reason
 */
export async function resolveJob<Ref, Job extends ExportJob>(
  client: ExportClient<Ref, Job>,
  refOrJob: Ref | Job,
  signal: AbortSignal | undefined,
): Promise<Job | undefined> {
  if (isJob(refOrJob) && refOrJob.status === 'completed') return refOrJob as Job
  const ref = toRef(refOrJob as Ref, client.vendor)
  try {
    return await client.get(ref, { signal })
  } catch (error) {
    throwIfAborted(signal)
    if (!isExportJobsError(error) || error.retryable) throw error
    return undefined
  }
}
