import type { ExportClient } from '../client.ts'
import { assertClient } from '../internal/client.ts'
import type { ExportJob, WaitState } from '../job.ts'
import { JobFailedError } from '../wait-errors.ts'
import type { WaitOptions } from '../wait-options.ts'
import { poll } from './poll.ts'
import { toLiveState } from './state.ts'
import { createWait, resolveWaitOptions, sleepUntilNextPoll } from './wait.ts'

/**
 * Waits until an export is completed.
 *
 * @param client - of the vendor
 * @param ref - the export, a job of it, or a {@link WaitState}, which resumes that wait
 * @param options - how to wait; by default for an hour
 * @returns the completed export, with the vendor's own response in `raw`
 * @throws JobFailedError when the export failed, was canceled or has expired.
 * @throws WaitError when the wait was given up: the export continues, and its `state` resumes the wait.
 * @throws ConfigurationError for an invalid argument, before any I/O; or after the first answer, for a `schedule` function
 *   that fails. `signal.reason` if aborted.
 *
 * @example
 * ```ts
 * const job = await waitForCompletion(client, id, { timeout: '2h' })
 * ```
 */
export async function waitForCompletion<Ref, Job extends ExportJob>(
  client: ExportClient<Ref, Job>,
  ref: NoInfer<Ref | Job | WaitState<Ref>>,
  options?: WaitOptions<Job>,
): Promise<Extract<Job, { status: 'completed' }>> {
  assertClient(client)
  const settings = resolveWaitOptions(options)
  const wait = createWait(client, toLiveState<Ref>(ref as Ref, client.vendor), settings)
  for (;;) {
    await poll(wait)
    if (wait.wakeAt === undefined) return requireCompleted(wait.lastJob as Job)
    await sleepUntilNextPoll(wait)
  }
}

function requireCompleted<Job extends ExportJob>(job: Job): Extract<Job, { status: 'completed' }> {
  const ended: ExportJob = job
  if (ended.status === 'failed' || ended.status === 'canceled' || ended.status === 'expired')
    throw new JobFailedError(ended)
  return job as Extract<Job, { status: 'completed' }>
}
