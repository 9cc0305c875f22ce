import type { Expected } from '../src/job.ts'
import { adaptiveDelay } from '../src/wait/schedule.ts'

/** A job of the simulated mix, times in seconds. */
export interface SimulatedJob {
  readonly duration: number
  /** How long it is pending before it runs. */
  readonly pending: number
  readonly showsProgress: boolean
  /** How uneven its progress is: 1 goes evenly, less begins fast, more begins slowly. */
  readonly shape: number
  /** What earlier exports of its kind took. */
  readonly expected?: Expected | undefined
}

/** What a schedule knows after a poll, and what it answers: seconds until the next. */
export type SimulatedSchedule = (seen: {
  readonly age: number
  readonly polls: number
  readonly progress: number | undefined
  readonly runningAge: number | undefined
  readonly unchanged: number
  readonly expected: Expected | undefined
  readonly random: () => number
}) => number

export interface Outcome {
  readonly polls: number
  readonly delay: number
}

/** A repeatable source of numbers from 0 to 1 (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A number of the standard normal distribution. */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Of the mix, in seconds. */
export const median = 20

/** Spread of the log-normal mix: median 20 s, and between the two that p95 = 10 min and p99 = 1 h ask for. */
export const sigma = (Math.log(600 / median) / 1.6449 + Math.log(3600 / median) / 2.3263) / 2

/** The mix of jobs that all schedules are tried on. */
export function createJobs(count: number, seed: number, withoutProgress = 0.3): SimulatedJob[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => {
    const duration = median * Math.exp(sigma * normal(random))
    return {
      duration,
      pending: Math.min(5, duration * 0.2) * random(),
      showsProgress: random() >= withoutProgress,
      shape: 2 ** (random() - 0.5),
    }
  })
}

// As vendors estimate it: not quite evenly, rounded down, and stuck at 99 for the last twentieth.
function progressOf(job: SimulatedJob, at: number): number | undefined {
  if (!job.showsProgress) return undefined
  if (at < job.pending) return undefined
  const share = (at - job.pending) / ((job.duration - job.pending) * 0.95)
  return Math.min(99, Math.floor(share ** job.shape * 100))
}

/** Lets a schedule wait for every job; the mean of polls and of the seconds between end and notice. */
export function simulate(jobs: readonly SimulatedJob[], schedule: SimulatedSchedule, seed = 7): Outcome {
  const random = createRandom(seed)
  let polls = 0
  let delay = 0
  for (const job of jobs) {
    let at = 0
    let count = 0
    let unchanged = 0
    let lastSeen = ''
    let lastPending: number | undefined
    let runningSince: number | undefined
    for (;;) {
      count++
      if (at >= job.duration) break
      const isPending = at < job.pending
      const progress = progressOf(job, at)
      if (isPending) lastPending = at
      else runningSince ??= lastPending === undefined ? 0 : (lastPending + at) / 2
      const seen = `${isPending} ${progress}`
      unchanged = seen === lastSeen ? unchanged + 1 : 0
      lastSeen = seen
      const runningAge = runningSince === undefined ? undefined : at - runningSince
      const { expected } = job
      at += schedule({ age: at, polls: count, progress, runningAge, unchanged, expected, random })
    }
    polls += count
    delay += at - job.duration
  }
  return { polls: polls / jobs.length, delay: delay / jobs.length }
}

/** Ours, by its one knob. */
export function ours(minDelay: number, maxDelay = 300): SimulatedSchedule {
  return ({ age, progress, runningAge, unchanged, expected, random }) =>
    adaptiveDelay(
      {
        age: age * 1_000,
        progress,
        runningAge: runningAge === undefined ? undefined : runningAge * 1_000,
        unchanged,
        expected,
      },
      minDelay * 1_000,
      maxDelay * 1_000,
      random(),
    ) / 1_000
}

/** The schedules of the peers with their defaults, as the named versions in package.json have them. */
export const peers: Readonly<Record<string, SimulatedSchedule>> = {
  'core-lro, fixed 2 s': () => 2,
  'openai, fixed 5 s': () => 5,
  // At attempt n anything from 2 s to 2·2ⁿ⁻¹ s, and 120 s flat once that would pass 120 s.
  'smithy waiter, 2 to 120 s': ({ polls, random }) => {
    if (polls > Math.log2(120 / 2) + 1) return 120
    return 2 + random() * (Math.min(2 * 2 ** (polls - 1), 120) - 2)
  },
  'google-gax, 0.1 s × 1.3': ({ polls }) => Math.min(60, 0.1 * 1.3 ** (polls - 1)),
}
