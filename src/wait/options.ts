import { type Clock, isClock } from '../clock.ts'
import { type Duration, parseDuration } from '../duration.ts'
import type { ExportJobsError } from '../errors.ts'
import { checkSignal } from '../internal/abort.ts'
import { isPlainObject } from '../internal/json.ts'
import { assertOption, copyOwn } from '../internal/options.ts'
import { systemClock } from '../internal/system-clock.ts'
import type { ExportJob } from '../job.ts'
import { type ResolvedSchedule, resolveSchedule, type Schedule } from './schedule.ts'

/** What one poll found. */
export type Update<Job extends ExportJob = ExportJob> =
  /** The vendor answered. `nextPollAt` is absent when the export has finished. */
  | { readonly type: 'job'; readonly job: Job; readonly nextPollAt?: Date }
  /** The poll failed, and the wait retries. */
  | { readonly type: 'poll-failed'; readonly error: ExportJobsError; readonly nextPollAt: Date }

/** How to wait. Every option has a default that suits a backend service. */
export interface WaitOptions<Job extends ExportJob = ExportJob> {
  /** Ends the sleep and the request in flight; the wait rejects with `signal.reason`. The export itself continues. */
  readonly signal?: AbortSignal | undefined
  /** The whole wait, from the call on. Polls once more at the deadline. Default `'1h'`. */
  readonly timeout?: Duration | undefined
  /**
   * When to poll: bounds for the adaptive schedule (`minDelay` `'1s'`, `maxDelay` `'5m'`), with what earlier exports took
   * (`expected`), or a function of your own.
   */
  readonly schedule?: Schedule | undefined
  /** How long to retry temporary errors. Default `'10m'`. */
  readonly tolerate?: Duration | undefined
  /** How long to keep polling on 404. Default `'30s'`. */
  readonly notFoundGrace?: Duration | undefined
  /** Gives up when neither status nor progress has changed for so long. Default: never. */
  readonly stallAfter?: Duration | undefined
  /** `false`: no timer of the wait keeps the process running. Default `true`. */
  readonly keepAlive?: boolean | undefined
  /** The source of time. Default: the system's monotonic clock. */
  readonly clock?: Clock | undefined
  /** Called with each update. What it throws never reaches the wait. */
  readonly onUpdate?: ((update: Update<Job>) => void) | undefined
}

/** The options of a wait with its defaults filled in; durations in milliseconds. */
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
  // Ten thousand waits with no options of their own share one set.
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
