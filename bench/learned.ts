import { summarizeDurations } from '../src/duration-history.ts'
import { quantile } from './optimum.ts'
import {
  createRandom,
  median as medianOfMix,
  normal,
  type Outcome,
  ours,
  type SimulatedJob,
  sigma,
  simulate,
} from './simulation.ts'

/** Exports of one kind, and what is known of earlier ones. Their durations are log-normal. */
export interface Kind {
  /** In seconds. */
  readonly median: number
  /** The standard deviation of the logarithm: 0.3 is two thirds of them within ±30 %. */
  readonly spread: number
  readonly earlier: number
  /** How many times as long the earlier ones took: 1 for a history that is right. */
  readonly wrong?: number
}

/** What a schedule that knows earlier exports comes to, and one that does not, for the same exports. */
export interface Learned {
  readonly knowing: Outcome
  readonly blind: Outcome
  /** Polls × delay, divided by that of the blind schedule. */
  readonly product: number
  readonly delay: number
}

/** The medians that every figure is the mean over, in seconds. */
export const medians = [30, 300, 1_800]

/** Exports of one kind, each with earlier ones of its own. */
export function createKindOf({ median, spread, earlier, wrong = 1 }: Kind, count: number): SimulatedJob[] {
  const random = createRandom(3)
  const draw = () => median * Math.exp(spread * normal(random))
  return Array.from({ length: count }, () => ({
    duration: draw(),
    pending: 0,
    showsProgress: false,
    shape: 1,
    expected: summarizeDurations(Array.from({ length: earlier }, () => 1_000 * wrong * draw())),
  }))
}

/** Lets both schedules wait for the same exports. */
export function compareLearned(kind: Kind, count: number, knob = 1): Learned {
  const jobs = createKindOf(kind, count)
  const knowing = simulate(jobs, ours(knob))
  const blind = simulate(
    jobs.map((job) => ({ ...job, expected: undefined })),
    ours(knob),
  )
  const product = (knowing.polls * knowing.delay) / (blind.polls * blind.delay)
  return { knowing, blind, product, delay: knowing.delay / blind.delay }
}

/** The mean over all medians, and the longest delay among them. */
export function meanLearned(kind: Omit<Kind, 'median'>, count: number) {
  const each = medians.map((median) => compareLearned({ ...kind, median }, count))
  const product = each.reduce((sum, one) => sum + one.product, 0) / each.length
  return { ...kind, each, product, delay: Math.max(...each.map(({ delay }) => delay)) }
}

// Within a kind.
const spreadOfKind = 0.3

/**
 * The mix without progress, as exports of many kinds: each takes about as long as others of its kind.
 *
 * @param earlier - how many others are known; undefined for a schedule that knows nothing
 */
export function createMixOfKinds(earlier: number | undefined, count: number): SimulatedJob[] {
  const random = createRandom(5)
  // Given an export's duration, its kind's median is as log-normal as both of them.
  const within = (spreadOfKind / sigma) ** 2
  return Array.from({ length: count }, (_, index) => {
    const duration = quantile((index + 0.5) / count)
    const center = (1 - within) * Math.log(duration / medianOfMix)
    const kind = medianOfMix * Math.exp(center + spreadOfKind * Math.sqrt(1 - within) * normal(random))
    const draw = () => 1_000 * kind * Math.exp(spreadOfKind * normal(random))
    const expected =
      earlier === undefined ? undefined : summarizeDurations(Array.from({ length: earlier }, draw))
    return { duration, pending: 0, showsProgress: false, shape: 1, expected }
  })
}
