import { mostEarlier } from '../duration.ts'
import { isPlainObject } from '../internal/json.ts'
import { copyOwn } from '../internal/options.ts'
import type { Expected } from '../job.ts'

// What is over sooner is over at the first polls anyway; and 0 has no logarithm.
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

// So much of the belief is that this export is like none before, and ends at any age: then the hazard is this over
// the age. These, and those of the scale, are fitted to simulated exports: see bench/learned.ts.
const surprise = 0.1
const blindHazard = 0.24

/**
 * The best gap to the next poll, knowing how long earlier exports took.
 *
 * Where polls are close, the best ones are as dense as the square root of the hazard: how likely an export that is not
 * done yet is to end within the next second. So each gap holds the same ∫ √hazard dt as one of the blind schedule does.
 * The hazard is that of two beliefs, each weighted by how well it foretold that the export still runs: the logarithm of
 * its duration is that of the earlier ones, spread like Student's t with two degrees of freedom; or nothing is known.
 * A history that is wrong costs little, as the second belief soon outweighs the first.
 *
 * @param age - in ms
 * @param minDelay - in ms, the knob of the blind schedule
 * @returns ms
 */
export function learnedGap(age: number, minDelay: number, expected: Expected): number {
  const knob = minDelay / 1_000
  const start = age / 1_000
  const spread = scaleOf(expected)
  const full = 1.3 * knob * Math.sqrt(blindHazard)
  // In the square root of the age the blind schedule's gaps are even. A step is a part of one, and of the spread.
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

// Ten or twenty do, mostly. A knob of hours, which no maximum delay allows, needs no more.
const mostSteps = 2_000

/** The scale of the predictive distribution, in logarithms: as wide as the few that are known have to leave it. */
function scaleOf({ count, variance }: Expected): number {
  return Math.sqrt(((0.8 + 9 / count ** 2) * (0.12 + count * variance)) / (count + 2))
}

/** How likely an export of this age is to end within the next second. */
function hazardAt(age: number, mean: number, scale: number): number {
  const deviation = (Math.log(age) - mean) / scale
  const root = Math.sqrt(2 + deviation * deviation)
  const outlasts = deviation > 0 ? 1 / (root * (root + deviation)) : 0.5 - deviation / (2 * root)
  const learned = (1 - surprise) * outlasts
  const blind = surprise * (1 + age) ** -blindHazard
  const density = 1 / (root * root * root * scale * age)
  return ((1 - surprise) * density + (blind * blindHazard) / (1 + age)) / (learned + blind)
}
