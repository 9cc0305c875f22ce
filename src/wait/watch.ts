import { untilAborted } from '../abort.ts'
import type { ExportClient } from '../client.ts'
import { systemClock } from '../clock.ts'
import { own } from '../guard.ts'
import type { ExportJob, WaitState } from '../job.ts'
import { resolveWaitOptions, type Update, type WaitOptions, type WaitSettings } from './options.ts'
import { poll } from './poll-once.ts'
import { toState } from './state.ts'
import { originOf } from './timeline.ts'

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
  const origin = originOf(settings.clock)
  let state = toState(refOrState)
  let lastJob: Job | undefined
  for (;;) {
    const polled = own(await poll(client, state, settings, origin, lastJob))
    yield polled.update
    if (!polled.wakeAt) return
    if (polled.update.type === 'job') lastJob = polled.update.job
    state = polled.state
    await sleepUntil(polled.wakeAt, settings, origin)
  }
}

/** Sleeps between two polls. Rejects with the signal's own reason. */
export function sleepUntil(wakeAt: Date, settings: WaitSettings, origin: number): Promise<void> {
  const { clock, signal, keepAlive } = settings
  const sleep = clock.sleep(Math.max(0, wakeAt.getTime() - origin - clock.now()), { signal, keepAlive })
  return clock === systemClock || !signal ? sleep : abortable(sleep, signal)
}

// A clock of the user's own may pay no heed to the signal, or reject with an error of its own.
async function abortable(sleep: Promise<void>, signal: AbortSignal): Promise<void> {
  try {
    await untilAborted(sleep, signal)
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}
