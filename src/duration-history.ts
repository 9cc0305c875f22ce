import { type Duration, isDuration, parseDuration } from './duration.ts'
import { ConfigurationError } from './errors.ts'
import { isPlainObject } from './internal/json.ts'
import { copyOwn } from './internal/options.ts'
import type { Expected } from './job.ts'

/** How many durations of earlier exports count: of more, the oldest say little about the next. */
export const mostEarlier = 30

/** What {@link durationOf} needs of a job: an `ExportJob`, or one that went through JSON. */
export interface TimedJob {
  readonly status: string
  readonly createdAt?: Date | string | undefined
  readonly completedAt?: Date | string | undefined
}

/**
 * How long a completed export took, by the vendor's own times.
 *
 * @param job - the job, or a summary of it
 * @returns ms from `createdAt` to `completedAt`; undefined if the vendor does not tell both, the job is not completed, or
 *   the difference is not between 0 and 100 years
 */
export function durationOf(job: TimedJob): number | undefined {
  const { status, createdAt, completedAt } = copyOwn(job)
  const took = toMilliseconds(completedAt) - toMilliseconds(createdAt)
  return status === 'completed' && isDuration(took) ? took : undefined
}

function toMilliseconds(instant: unknown): number {
  const isInstant = typeof instant === 'string' || (typeof instant === 'object' && instant !== null)
  return isInstant ? new Date(instant as Date | string).getTime() : Number.NaN
}

/**
 * Remembers how long earlier exports took, for `schedule: { expected }`. A key names exports that take about equally
 * long: `'orders, nightly'`. The latest 30 of each key are kept. To store them, keep `JSON.stringify(durations)`, and
 * read it with {@link Durations.from}.
 */
export class Durations {
  readonly #byKey = new Map<string, readonly number[]>()

  /**
   * Restores stored durations.
   *
   * @param stored - the parsed JSON, or null or undefined if nothing was stored yet
   * @throws ConfigurationError `invalid-state` for anything else.
   */
  static from(stored: unknown): Durations {
    const durations = new Durations()
    if (stored === undefined || stored === null) return durations
    if (!isPlainObject(stored)) throw damaged()
    for (const [key, list] of Object.entries(stored)) {
      if (!Array.isArray(list) || !list.every(isSpan)) throw damaged()
      // Older versions may have stored a duration that no wait accepts.
      const usable = list.filter(isDuration).slice(-mostEarlier)
      if (usable.length > 0) durations.#byKey.set(key, usable)
    }
    return durations
  }

  /**
   * Adds one more export.
   *
   * @param key - what it was an export of
   * @param took - how long it took (ms, or with a unit), or the completed job. A job whose vendor does not tell is ignored.
   * @throws ConfigurationError `invalid-option` for an invalid duration.
   */
  add(key: string, took: Duration | TimedJob): void {
    const duration =
      typeof took === 'object' && took !== null ? durationOf(took) : parseDuration(took, 'took')
    if (duration === undefined) return
    this.#byKey.set(key, [...this.expected(key), duration].slice(-mostEarlier))
  }

  /**
   * @param key - as given to {@link Durations.add}
   * @returns ms, newest last, for `schedule: { expected }`; empty if nothing is known, which that accepts too
   */
  expected(key: string): readonly number[] {
    return [...(this.#byKey.get(key) ?? [])]
  }

  /** What `JSON.stringify` writes: for each key a list of ms, newest last. */
  toJSON(): Record<string, readonly number[]> {
    return Object.fromEntries(this.#byKey)
  }
}

function isSpan(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value)
}

function damaged(): ConfigurationError {
  return new ConfigurationError(
    'invalid-state',
    'The stored durations are not what JSON.stringify(durations) wrote.',
    undefined,
    'Begin anew with new Durations().',
  )
}

// Shorter exports are done at the first polls anyway, and 0 has no logarithm.
const shortest = 100

/**
 * Sums up how long earlier exports took.
 *
 * @param durations - in ms, newest last
 * @returns undefined for none
 */
export function summarizeDurations(durations: readonly number[]): Expected | undefined {
  const logs = durations.slice(-mostEarlier).map((ms) => Math.log(Math.max(ms, shortest) / 1_000))
  const count = logs.length
  if (count === 0) return undefined
  const mean = logs.reduce((sum, log) => sum + log, 0) / count
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / count
  return { count, mean, variance }
}

/** Whether a value is what {@link summarizeDurations} made, and JSON kept. */
export function isExpected(value: unknown): value is Expected {
  if (!isPlainObject(value)) return false
  const { count, mean, variance } = copyOwn(value) as { readonly [Key in keyof Expected]: unknown }
  return (
    Number.isSafeInteger(count) && (count as number) > 0 && isLog(mean) && isLog(variance) && variance >= 0
  )
}

// The logarithms of a tenth of a second and of a hundred years are far within.
const isLog = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) <= 1_000
