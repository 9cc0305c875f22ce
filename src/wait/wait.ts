import type { ExportClient } from '../client.ts'
import { JobFailedError } from '../errors.ts'
import type { ExportJob, WaitState } from '../job.ts'
import { follow, rest, step } from './follow.ts'
import type { WaitOptions } from './options.ts'

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
  const wait = await follow(client, refOrState, options)
  for (;;) {
    await step(wait)
    if (wait.wakeAt === undefined) return completed(wait.lastJob as Job)
    await rest(wait)
  }
}

function completed<Job extends ExportJob>(job: Job): Extract<Job, { status: 'completed' }> {
  const ended: ExportJob = job
  if (ended.status === 'failed' || ended.status === 'canceled' || ended.status === 'expired')
    throw new JobFailedError(ended)
  return job as Extract<Job, { status: 'completed' }>
}
