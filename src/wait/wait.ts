import type { ExportClient } from '../client.ts'
import { JobFailedError } from '../errors.ts'
import type { ExportJob, WaitState } from '../job.ts'
import type { WaitOptions } from './options.ts'
import { watch } from './watch.ts'

/**
 * Waits until an export is completed.
 *
 * @param client - of the vendor
 * @param refOrState - the export, or a {@link WaitState} to go on from
 * @param options - how to wait; by default for an hour
 * @returns the completed export, with the vendor's own response in `raw`
 * @throws JobFailedError when the export failed or expired.
 * @throws WaitError when it was given up: the export goes on, and so can the wait.
 * @throws ConfigurationError before any I/O, and the signal's own reason on abort.
 */
export async function waitForCompletion<Ref, Job extends ExportJob>(
  client: ExportClient<Ref, Job>,
  refOrState: Ref | WaitState<Ref>,
  options?: WaitOptions<Job>,
): Promise<Extract<Job, { status: 'completed' }>> {
  for await (const update of watch(client, refOrState, options)) {
    if (update.type !== 'job') continue
    const job: ExportJob = update.job
    if (job.status === 'completed') return update.job as Extract<Job, { status: 'completed' }>
    if (job.status === 'failed' || job.status === 'expired') throw new JobFailedError(job)
  }
  throw new Error('A watch ends with a finished job or an error.')
}
