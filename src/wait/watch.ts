import type { ExportClient } from '../client.ts'
import type { ExportJob, WaitState } from '../job.ts'
import { follow, rest, step } from './follow.ts'
import type { Update, WaitOptions } from './options.ts'

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
  const wait = await follow(client, refOrState, options)
  for (;;) {
    yield await step(wait)
    if (wait.wakeAt === undefined) return
    await rest(wait)
  }
}
