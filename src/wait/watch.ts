import type { ExportClient } from '../client.ts'
import type { ExportJob, WaitState } from '../job.ts'
import { resolveWaitOptions, type Update, type WaitOptions } from './options.ts'
import { poll } from './poll-once.ts'
import { toState } from './state.ts'
import { createTimeline } from './timeline.ts'

/**
 * Follows an export: one {@link Update} per poll, the first at once. Ends after the finished job, a failed one
 * too; a `break` stops polling.
 *
 * @param client - of the vendor
 * @param refOrState - the export, or a {@link WaitState} to go on from
 * @param options - how to wait
 * @throws WaitError when it gives up, ConfigurationError before any I/O, or the signal's reason.
 */
export async function* watch<Ref, Job extends ExportJob>(
  client: ExportClient<Ref, Job>,
  refOrState: Ref | WaitState<Ref>,
  options?: WaitOptions<Job>,
): AsyncGenerator<Update<Job>, void, undefined> {
  const settings = resolveWaitOptions(options)
  const { signal, clock, keepAlive } = settings
  const now = createTimeline(clock)
  let state = toState(refOrState)
  let lastJob: Job | undefined
  while (true) {
    const { update, state: after, wakeAt } = await poll(client, state, settings, now, lastJob)
    yield update
    if (!wakeAt) return
    if (update.type === 'job') lastJob = update.job
    state = after
    await clock.sleep(Math.max(0, wakeAt.getTime() - now()), { signal, keepAlive })
  }
}
