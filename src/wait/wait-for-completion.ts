import type { ExportClient } from '../client.ts'
import { raceAbort } from '../internal/abort.ts'
import { assertClient } from '../internal/client.ts'
import { systemClock } from '../internal/system-clock.ts'
import type { ExportJob, WaitState } from '../job.ts'
import { JobFailedError } from '../wait-errors.ts'
import type { WaitOptions } from '../wait-options.ts'
import { poll } from './poll.ts'
import { toLiveState } from './state.ts'
import { createWait, resolveWaitOptions, type Wait } from './wait.ts'

/**
 * Waits until an export is completed.
 *
 * @param client - of the vendor
 * @param ref - the export, a job of it, or a {@link WaitState}, which resumes that wait
 * @param options - how to wait; by default for an hour
 * @returns the completed export, with the vendor's own response in `raw`
 * @throws JobFailedError when the export failed, was canceled or has expired.
 * @throws WaitError when the wait was given up: the export continues, and its `state` resumes the wait.
 * @throws ConfigurationError before any I/O, and `signal.reason` if aborted.
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

/** Sleeps until the next poll is due; rejects with the signal's reason. It is not async: a sleeping wait keeps one frame less. */
export function sleepUntilNextPoll(wait: Wait<unknown, ExportJob>): Promise<void> {
  const { clock, signal, keepAlive } = wait.settings
  const left = (wait.wakeAt as number) - wait.clockOffset - clock.now()
  const sleep = clock.sleep(Math.max(0, left), { signal, keepAlive })
  // A user's own clock may ignore the signal, or reject with an error of its own.
  return clock === systemClock || !signal ? sleep : raceAbort(sleep, { signal })
}
