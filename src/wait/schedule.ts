import { type Duration, parseDuration } from '../duration.ts'
import { summarizeDurations } from '../duration-history.ts'
import type { ConfigurationError } from '../errors.ts'
import { isPlainObject } from '../internal/json.ts'
import { assertOption, copyOwn, ignoreRejection } from '../internal/options.ts'
import type { Expected } from '../job.ts'
import type { Observation, Schedule, ScheduleBounds } from '../wait-options.ts'

/** The part of an {@link Observation} that the adaptive schedule uses. */
export interface Signs {
  readonly age: number
  /** Percent, where the vendor reports it. */
  readonly progress?: number | undefined
  readonly runningAge?: number | undefined
  readonly unchanged?: number | undefined
  /** What earlier exports took, where that is known. */
  readonly expected?: Expected | undefined
}

// After so many polls with the same percentage it says nothing more: vendors often stay at 99.
const stuckAfter = 4

/**
 * The adaptive schedule.
 *
 * @param signs - ages in ms
 * @param minDelay - in ms: trades polls against delay
 * @param maxDelay - in ms
 * @param random - from 0 to 1: spreads the delay by ±10 %, so that many waits do not poll at once
 * @returns ms to sleep
 */
export function adaptiveDelay(signs: Signs, minDelay: number, maxDelay: number, random: number): number {
  const gap = bestGap(signs, minDelay) * (0.9 + 0.2 * random)
  return Math.min(Math.max(gap, minDelay), maxDelay)
}

/**
 * Without progress. The hazard of an export, its probability to end within the next second, is about 1 / age, and the
 * best gap between two polls is proportional to 1 / √hazard. So the gap grows with √age.
 */
function blindGap(age: number, minDelay: number): number {
  return 1.3 * minDelay * Math.sqrt(1 + age / 1_000)
}

/**
 * With progress, the remaining time is extrapolated from the running time, and the gap is three quarters of it. Half a
 * percent is added, as vendors round down. The first twenty percent, or ten seconds, say little, as exports begin
 * slowly: meanwhile the longest gap grows from the blind gap to seven times that. A percentage that has not changed since
 * the last poll says less: the longest gap then begins below the blind gap, and takes a minute to grow.
 *
 * Where it is known how long earlier exports took, {@link learnedGap} replaces the blind gap.
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

// The prior probability that this export is unlike the earlier ones; its hazard is then blindHazard / age. Both, and the
// numbers in scaleOf, are fitted to simulated exports: see bench/learned.ts.
const surprise = 0.1
const blindHazard = 0.24

/**
 * The best gap to the next poll, knowing how long earlier exports took.
 *
 * The best density of polls is proportional to √hazard, so each gap spans the same ∫ √hazard dt as a gap of the blind
 * schedule. The hazard mixes two hypotheses, each weighted by how likely it made that the export still runs: the
 * logarithm of its duration follows Student's t with two degrees of freedom around the earlier ones, or nothing is known.
 * A wrong history costs little, as the second hypothesis soon outweighs the first.
 *
 * @param age - in ms
 * @param minDelay - in ms, as for the blind schedule
 * @returns ms
 */
export function learnedGap(age: number, minDelay: number, expected: Expected): number {
  const knob = minDelay / 1_000
  const start = age / 1_000
  const spread = scaleOf(expected)
  const full = 1.3 * knob * Math.sqrt(blindHazard)
  // Over √age the gaps of the blind schedule are even. A step is a fraction of such a gap, and of the spread.
  const longestStep = 0.065 * Math.max(knob, 0.01)
  let root = Math.sqrt(1 + start)
  let held = 0
  for (let count = 0; count < mostSteps; count++) {
    const step = Math.min(longestStep, (root * spread) / 3)
    const middle = root + step / 2
    const added = 2 * middle * step * Math.sqrt(hazardAt(middle * middle - 1, expected.mean, spread))
    if (held + added >= full) return 1_000 * ((root + (step * (full - held)) / added) ** 2 - 1 - start)
    held += added
    root += step
  }
  return 1_000 * (root * root - 1 - start)
}

// Ten or twenty are usual. Only a minimum delay of hours would need more than this.
const mostSteps = 2_000

/** The scale of the predictive distribution, in logarithms: the fewer exports are known, the wider. */
function scaleOf({ count, variance }: Expected): number {
  return Math.sqrt(((0.8 + 9 / count ** 2) * (0.12 + count * variance)) / (count + 2))
}

/** The probability that an export of this age ends within the next second. */
function hazardAt(age: number, mean: number, scale: number): number {
  const deviation = (Math.log(age) - mean) / scale
  const root = Math.sqrt(2 + deviation * deviation)
  const outlasts = deviation > 0 ? 1 / (root * (root + deviation)) : 0.5 - deviation / (2 * root)
  const learned = (1 - surprise) * outlasts
  const blind = surprise * (1 + age) ** -blindHazard
  const density = 1 / (root * root * root * scale * age)
  return ((1 - surprise) * density + (blind * blindHazard) / (1 + age)) / (learned + blind)
}

/** A schedule in the form that a wait uses. */
export interface ResolvedSchedule {
  /** Decides how long to sleep. `expected` comes from the wait's state. */
  readonly plan: (seen: Observation, expected: Expected | undefined) => Plan
  /** How long earlier exports took, from the options. */
  readonly expected: Expected | undefined
}

/** What a schedule decided. */
export interface Plan {
  /** Ms to sleep. */
  readonly delay: number
  /** The user's function threw, or returned no duration. The delay is then that of the default schedule. */
  readonly error: ConfigurationError | undefined
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
      error: undefined,
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
      return { delay: parseDuration(ask(schedule, seen), 'what schedule returns'), error: undefined }
    } catch (error) {
      return { ...resolveSchedule().plan(seen, expected), error: error as ConfigurationError }
    }
  }
}

// A function that throws counts as one that returns no duration.
function ask(schedule: (seen: Observation) => Duration, seen: Observation): Duration {
  try {
    const answer: unknown = schedule(seen)
    // A promise is no duration.
    ignoreRejection(answer)
    return answer as Duration
  } catch {
    return Number.NaN
  }
}
