import type { ExportClient } from '../client.ts'
import { systemClock, wallClockOffset } from '../internal/system-clock.ts'
import type { ExportJob } from '../job.ts'
import type { WaitSettings } from './options.ts'
import { instants, type LiveState } from './state.ts'

/** A wait in this process. It is all that is kept of one that sleeps, of which there may be a hundred thousand. */
export interface Wait<Ref, Job extends ExportJob> {
  readonly client: ExportClient<Ref, Job>
  readonly settings: WaitSettings
  /** What to add to `clock.now()` for an instant in ms since the epoch. All instants here are such. */
  readonly clockOffset: number
  readonly state: LiveState<Ref>
  lastJob: Job | undefined
  /** When to poll next; undefined when the export has finished. */
  wakeAt: number | undefined
}

/** From here on its timeout counts. */
export function createWait<Ref, Job extends ExportJob>(
  client: ExportClient<Ref, Job>,
  state: LiveState<Ref>,
  settings: WaitSettings,
): Wait<Ref, Job> {
  const clockOffset = wallClockOffset(settings.clock)
  const wait = { client, settings, clockOffset, state, lastJob: undefined, wakeAt: undefined }
  const now = nowOf(wait)
  state.startedAt ??= now
  // Of a machine whose clock is ahead, or damaged: no limit of the wait may begin later than now.
  for (const key of instants) if ((state[key] ?? 0) > now) state[key] = now
  state.expected = settings.schedule.expected ?? state.expected
  return wait
}

/** The instant now, in ms since the epoch. */
export function nowOf({ settings, clockOffset }: Wait<unknown, ExportJob>): number {
  return Math.round(clockOffset + settings.clock.now())
}

/** Whether the process was stopped while it slept. */
export function isLate(wait: Wait<unknown, ExportJob>): boolean {
  return (
    wait.settings.clock === systemClock && nowOf(wait) - (wait.wakeAt ?? Number.POSITIVE_INFINITY) > 1_000
  )
}

export function deadlineOf({ settings, state }: Wait<unknown, ExportJob>): number {
  return (state.startedAt as number) + settings.timeout
}
