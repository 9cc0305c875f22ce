import { type Duration, parseDuration } from '../duration.ts'
import type { ConfigurationError } from '../errors.ts'
import { isPlainObject } from '../internal/json.ts'
import { assertOption, copyOwn } from '../internal/options.ts'
import type { Expected, ExportJob } from '../job.ts'
import { learnedGap, summarizeDurations } from './learned-schedule.ts'

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
  readonly unchanged?: number
  /** Ms for which the vendor asked not to be polled. It is respected whatever the schedule says. */
  readonly hint?: number | undefined
}

/** Bounds for the adaptive schedule, and what it may learn from. */
export interface ScheduleBounds {
  /** The shortest time between two polls. The smaller, the sooner the end is noticed, and the more polls it takes. Default `'1s'`. */
  readonly minDelay?: Duration | undefined
  /** The longest time between two polls, unless the vendor asks for more. Default `'5m'`. */
  readonly maxDelay?: Duration | undefined
  /**
   * How long earlier exports of this kind took, newest last; the latest 30 count. An export that is expected to take as
   * long is polled seldom before and often around that time. What they tell is kept in the wait's state.
   */
  readonly expected?: Duration | readonly Duration[] | undefined
}

/**
 * When to poll next: bounds for the adaptive schedule, or a function that returns how long to sleep. One that throws or
 * returns no duration ends the wait with a ConfigurationError at the first answer; later it is a failed poll, and the
 * default schedule decides.
 */
export type Schedule = ScheduleBounds | ((seen: Observation) => Duration)

/** What the adaptive schedule uses of an {@link Observation}. */
export interface Signs {
  readonly age: number
  /** Percent, where the vendor reports it. */
  readonly progress?: number | undefined
  readonly runningAge?: number | undefined
  readonly unchanged?: number | undefined
  /** What earlier exports took, where that is known. */
  readonly expected?: Expected | undefined
}

// After so many polls with the same percentage the vendor is stuck there, as vendors are at 99.
const stuckAfter = 4

/**
 * The adaptive schedule.
 *
 * @param signs - ages in ms
 * @param minDelay - in ms, the one knob: trades polls against delay
 * @param maxDelay - in ms
 * @param random - from 0 to 1: spreads the delay by ±10 %, so that many waits do not poll at once
 * @returns ms to sleep
 */
export function adaptiveDelay(signs: Signs, minDelay: number, maxDelay: number, random: number): number {
  const gap = bestGap(signs, minDelay) * (0.9 + 0.2 * random)
  return Math.min(Math.max(gap, minDelay), maxDelay)
}

/**
 * Without progress: how likely an export is to end within the next second falls about with one over its age, and the
 * best gap between two polls goes with the square root of the inverse of that. So the gap grows with the square
 * root of the age.
 */
function blindGap(age: number, minDelay: number): number {
  return 1.3 * minDelay * Math.sqrt(1 + age / 1_000)
}

/**
 * With progress: the running time so far tells what is left, and three quarters of that are slept. Half a percent is
 * added, as percents are rounded down. The first twenty percent, or ten seconds, say little, as exports begin slowly:
 * meanwhile the longest gap grows from the blind one to seven times that. A percentage that has not moved since the last
 * poll says less: the longest gap then begins below the blind one, and takes a minute to grow.
 *
 * What earlier exports took stands in for the age, where that is known: the gap it asks for is the blind one then.
 */
function bestGap({ age, progress, runningAge, unchanged = 0, expected }: Signs, minDelay: number): number {
  const blind = expected ? learnedGap(age, minDelay, expected) : blindGap(age, minDelay)
  if (progress === undefined || runningAge === undefined) return blind
  const done = Math.min(progress + 0.5, 100)
  const rest = (runningAge * (100 - done)) / done
  const trust = unchanged > 0 ? runningAge / 50_000 - 0.15 : Math.max(done / 20, runningAge / 10_000)
  const longest = blind * (1 + 6 * Math.min(1, trust))
  const gap = Math.max(minDelay, Math.min(0.75 * (rest + minDelay), longest))
  const stuck = Math.max(0, unchanged - stuckAfter + 1)
  return Math.max(gap, Math.min(gap * 1.2 ** stuck, blind))
}

/** A schedule as a wait uses it. */
export interface ResolvedSchedule {
  /** How long to sleep. `expected` is what the wait's state knows of earlier exports. */
  readonly plan: (seen: Observation, expected: Expected | undefined) => Plan
  /** What the options tell of earlier exports. */
  readonly expected: Expected | undefined
}

/** What a schedule decided. */
export interface Plan {
  /** Ms to sleep. */
  readonly delay: number
  /** A function of the user's own threw, or returned no duration: the delay is that of the default schedule. */
  readonly mistake?: ConfigurationError
}

/** @throws ConfigurationError `invalid-option` for bounds that are invalid. */
export function resolveSchedule(schedule: Schedule = {}): ResolvedSchedule {
  if (typeof schedule === 'function') return { plan: planOf(schedule), expected: undefined }
  assertOption(isPlainObject(schedule), 'schedule must be { minDelay, maxDelay } or a function.')
  const bounds = copyOwn<ScheduleBounds>(schedule)
  const minDelay = parseDuration(bounds.minDelay ?? '1s', 'schedule.minDelay')
  const maxDelay = parseDuration(bounds.maxDelay ?? Math.max(minDelay, 300_000), 'schedule.maxDelay')
  assertOption(
    minDelay <= maxDelay,
    'The minimum delay of the schedule must not be longer than its maximum delay.',
  )
  return {
    plan: (seen, expected) => ({
      delay: adaptiveDelay({ ...seen, expected }, minDelay, maxDelay, Math.random()),
    }),
    expected: readExpected(bounds.expected),
  }
}

function readExpected(expected: ScheduleBounds['expected'] = []): Expected | undefined {
  const list = Array.isArray(expected) ? expected : [expected]
  return summarizeDurations(list.map((each) => parseDuration(each, 'schedule.expected')))
}

function planOf(schedule: (seen: Observation) => Duration): ResolvedSchedule['plan'] {
  return (seen, expected) => {
    try {
      return { delay: parseDuration(ask(schedule, seen), 'what schedule returns') }
    } catch (error) {
      return { ...resolveSchedule().plan(seen, expected), mistake: error as ConfigurationError }
    }
  }
}

// One that throws returns nothing, and nothing is no duration.
function ask(schedule: (seen: Observation) => Duration, seen: Observation): Duration {
  try {
    const answer: unknown = schedule(seen)
    // An async one is none; what it rejects with is nobody's.
    if (answer instanceof Promise) answer.catch(() => {})
    return answer as Duration
  } catch {
    return Number.NaN
  }
}
