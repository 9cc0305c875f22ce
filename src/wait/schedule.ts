import { type Duration, parseDuration } from '../duration.ts'
import { demand, own } from '../guard.ts'
import type { ExportJob } from '../job.ts'

/** What a schedule decides by. */
export interface Observation {
  /** How old the export is, in ms: since the vendor's `createdAt`, else since `since`, else since the first poll. */
  readonly age: number
  /** How often the vendor was asked so far, failed polls included. */
  readonly polls: number
  /** What the last poll saw; absent when it failed. */
  readonly job?: ExportJob
  /** Ms for which the vendor asked not to be polled. It is heeded whatever the schedule says. */
  readonly hint?: number
}

/** Bounds for the adaptive schedule. */
export interface ScheduleBounds {
  /** Never poll sooner than this after the last poll. The smaller, the sooner the end is noticed, and the more polls it takes. Default `'1s'`. */
  readonly minDelay?: Duration | undefined
  /** Never sleep longer than this, unless the vendor asks for it. Default `'5m'`. */
  readonly maxDelay?: Duration | undefined
}

/** When to poll next: bounds for the adaptive schedule, or a function that says how long to sleep. */
export type Schedule = ScheduleBounds | ((seen: Observation) => Duration)

/**
 * The adaptive schedule. How likely an export is to end within the next second falls about with one over its
 * age, and the best gap between two looks goes with the square root of the inverse of that: so the gap grows
 * with the square root of the age, and is never more than half of what the export took so far.
 *
 * @param age - of the export, in ms
 * @param minDelay - in ms, the one knob: trades polls against delay
 * @param maxDelay - in ms
 * @param random - from 0 to 1: spreads the delay by ±10 %, so that many waits do not march in step
 * @returns ms to sleep
 */
export function adaptiveDelay(age: number, minDelay: number, maxDelay: number, random: number): number {
  const seconds = age / 1_000
  const gap = Math.min(1.5 * age, 1.5 * minDelay * Math.sqrt(seconds))
  const spread = Math.max(minDelay, gap) * (0.9 + 0.2 * random)
  return Math.min(Math.max(spread, minDelay), maxDelay)
}

/** @throws ConfigurationError `invalid-option`, now for bounds that cannot be, later for what a function returns. */
export function resolveSchedule(schedule: Schedule = {}): (seen: Observation) => number {
  if (typeof schedule === 'function')
    return (seen) => parseDuration(ask(schedule, seen), 'what schedule returns')
  demand(
    typeof schedule === 'object' && schedule !== null,
    'schedule must be { minDelay, maxDelay } or a function.',
  )
  const bounds = own(schedule)
  const minDelay = parseDuration(bounds.minDelay ?? '1s', 'schedule.minDelay')
  const maxDelay = parseDuration(bounds.maxDelay ?? Math.max(minDelay, 300_000), 'schedule.maxDelay')
  demand(minDelay <= maxDelay, 'schedule.minDelay must not be longer than schedule.maxDelay.')
  return ({ age }) => adaptiveDelay(age, minDelay, maxDelay, Math.random())
}

// One that throws returns nothing, and nothing is no duration.
function ask(schedule: (seen: Observation) => Duration, seen: Observation): Duration {
  try {
    return schedule(seen)
  } catch {
    return Number.NaN
  }
}
