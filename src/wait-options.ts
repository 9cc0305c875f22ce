import type { Clock } from './clock.ts'
import type { Duration } from './duration.ts'
import type { ExportJobsError } from './errors.ts'
import type { ExportJob } from './job.ts'

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

/**
 * When to poll next: bounds for the adaptive schedule, or a function that returns how long to sleep. One that throws or
 * returns no duration ends the wait with a ConfigurationError at the first answer; later it is a failed poll, and the
 * default schedule decides.
 */
export type Schedule = ScheduleBounds | ((seen: Observation) => Duration)

/** Bounds for the adaptive schedule, and what it may learn from. */
export interface ScheduleBounds {
  /** The shortest time between two polls. The smaller, the sooner the end is noticed, and the more polls it takes. Default `'1s'`. */
  readonly minDelay?: Duration | undefined
  /** The longest time between two polls, unless the vendor asks for more. Default `'5m'`. */
  readonly maxDelay?: Duration | undefined
  /**
   * How long earlier exports of this kind took, newest last; the latest 30 count. The wait polls seldom before that time
   * and often around it. A summary of the durations is kept in the wait's state.
   */
  readonly expected?: Duration | readonly Duration[] | undefined
}

/** What a schedule decides by. */
export interface Observation {
  /** How old the export is, in ms: by the vendor's own clock where it tells, else since `since`; at least since the first poll. */
  readonly age: number
  /** How often the vendor was asked so far, failed polls included. */
  readonly polls: number
  /** What the last poll found; absent when it failed. */
  readonly job?: ExportJob | undefined
  /** Percent done at the last answer, where the vendor reports it: also after a poll that failed. */
  readonly progress?: number | undefined
  /** How long the export has been running, in ms: since midway between the last poll that found it pending and the first that found it running. Absent while it is not. */
  readonly runningAge?: number | undefined
  /** How many polls in a row, the last one included, found neither a new status nor new progress. */
  readonly unchanged?: number | undefined
  /** Ms for which the vendor asked not to be polled. It is respected whatever the schedule says. */
  readonly hint?: number | undefined
}
