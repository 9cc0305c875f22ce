import type { ExportClient } from '../client.ts'
import { JobFailedError } from '../errors.ts'
import { own } from '../guard.ts'
import type { ExportJob, WaitState } from '../job.ts'
import { resolveWaitOptions, type WaitOptions } from './options.ts'
import { poll } from './poll-once.ts'
import { toState } from './state.ts'
import { originOf } from './timeline.ts'
import { sleepUntil } from './watch.ts'

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
  const settings = resolveWaitOptions(options)
  const origin = originOf(settings.clock)
  let state = toState(refOrState)
  let lastJob: Job | undefined
  for (;;) {
    // Not a loop over watch: a process may hold a hundred thousand of these, and a generator each weighs as much again.
    const polled = own(await poll(client, state, settings, origin, lastJob))
    if (!polled.wakeAt) return completed(polled.update.job)
    if (polled.update.type === 'job') lastJob = polled.update.job
    state = polled.state
    await sleepUntil(polled.wakeAt, settings, origin)
  }
}

function completed<Job extends ExportJob>(job: Job): Extract<Job, { status: 'completed' }> {
  const ended: ExportJob = job
  if (ended.status === 'failed' || ended.status === 'expired') throw new JobFailedError(ended)
  return job as Extract<Job, { status: 'completed' }>
}
