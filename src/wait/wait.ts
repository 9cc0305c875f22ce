import type { ExportClient } from '../client.ts'
import { type Clock, isClock } from '../clock.ts'
import { parseDuration } from '../duration.ts'
import { checkSignal } from '../internal/abort.ts'
import { isPlainObject } from '../internal/json.ts'
import { assertOption, copyOwn } from '../internal/options.ts'
import { sleepBy, systemClock, wallClockOffset } from '../internal/system-clock.ts'
import type { ExportJob } from '../job.ts'
import type { Update, WaitOptions } from '../wait-options.ts'
import { type ResolvedSchedule, resolveSchedule } from './schedule.ts'
import { instants, type LiveState } from './state.ts'

/**
 * A wait in this process. Nothing else is kept of a sleeping one: there may be a hundred thousand. All instants are in
 * ms since the epoch.
 */
export interface Wait<Ref, Job extends ExportJob> {
  readonly client: ExportClient<Ref, Job>
  readonly settings: WaitSettings
  /** Added to `clock.now()`, it makes an instant. */
  readonly clockOffset: number
  readonly state: LiveState<Ref>
  lastJob: Job | undefined
  /** When to poll next; undefined when the export has finished. */
  wakeAt: number | undefined
}

/** The options of a wait with its defaults filled in; durations in ms. */
export interface WaitSettings {
  readonly signal: AbortSignal | undefined
  readonly timeout: number
  readonly schedule: ResolvedSchedule
  readonly tolerate: number
  readonly notFoundGrace: number
  readonly stallAfter: number | undefined
  readonly keepAlive: boolean
  readonly clock: Clock
  readonly onUpdate: ((update: Update<never>) => void) | undefined
}

/** @throws ConfigurationError `invalid-option` for the first option that is invalid. */
export function resolveWaitOptions(options?: WaitOptions<never>): WaitSettings {
  // Ten thousand waits without options share one object.
  defaults ??= resolve({})
  return options === undefined || options === null ? defaults : resolve(options)
}

let defaults: WaitSettings | undefined

function resolve(options: WaitOptions<never>): WaitSettings {
  assertOption(isPlainObject(options), "The options of a wait must be an object, such as { timeout: '2h' }.")
  const given: WaitOptions<never> = copyOwn(options)
  const { clock = systemClock, keepAlive = true, onUpdate, stallAfter } = given
  assertOption(isClock(clock), 'clock must be a Clock: { now(), sleep(ms, { signal }) }.')
  assertOption(typeof keepAlive === 'boolean', 'keepAlive must be true or false.')
  assertOption(onUpdate === undefined || typeof onUpdate === 'function', 'onUpdate must be a function.')
  return {
    signal: checkSignal(given.signal),
    clock,
    keepAlive,
    onUpdate,
    timeout: parseDuration(given.timeout ?? '1h', 'timeout'),
    schedule: resolveSchedule(given.schedule),
    tolerate: parseDuration(given.tolerate ?? '10m', 'tolerate'),
    notFoundGrace: parseDuration(given.notFoundGrace ?? '30s', 'notFoundGrace'),
    stallAfter: stallAfter === undefined ? undefined : parseDuration(stallAfter, 'stallAfter'),
  }
}

/** Begins a wait: its timeout counts from here, unless the state has already begun. */
export function createWait<Ref, Job extends ExportJob>(
  client: ExportClient<Ref, Job>,
  state: LiveState<Ref>,
  settings: WaitSettings,
): Wait<Ref, Job> {
  const clockOffset = wallClockOffset(settings.clock)
  const wait = { client, settings, clockOffset, state, lastJob: undefined, wakeAt: undefined }
  const now = nowOf(wait)
  state.startedAt ??= now
  // A state that is damaged, or comes from a machine whose clock is ahead: no time limit may begin in the future.
  for (const key of instants) if ((state[key] ?? 0) > now) state[key] = now
  state.expected = settings.schedule.expected ?? state.expected
  return wait
}

export function nowOf({ settings, clockOffset }: Wait<unknown, ExportJob>): number {
  return Math.round(clockOffset + settings.clock.now())
}

export function deadlineOf({ settings, state }: Wait<unknown, ExportJob>): number {
  return (state.startedAt as number) + settings.timeout
}

/** Whether the process was suspended while it slept. */
export function isLate(wait: Wait<unknown, ExportJob>): boolean {
  const { wakeAt = Number.POSITIVE_INFINITY, settings } = wait
  return settings.clock === systemClock && nowOf(wait) - wakeAt > 1_000
}

/** Sleeps until the next poll is due; rejects with the signal's reason. Not async: a sleeping wait keeps one frame less. */
export function sleepUntilNextPoll(wait: Wait<unknown, ExportJob>): Promise<void> {
  const { clock, signal, keepAlive } = wait.settings
  const left = (wait.wakeAt as number) - wait.clockOffset - clock.now()
  return sleepBy(clock, Math.max(0, left), { signal, keepAlive })
}
