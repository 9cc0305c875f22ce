import { median, type Outcome, type SimulatedJob, sigma } from './simulation.ts'

/**
 * The least mean delay that any schedule can reach with a given mean of polls when it sees nothing but the age, and
 * knows the distribution.
 *
 * V(t) = min over t' > t of price · S(t) + E[(t' − x) · 1{t < x ≤ t'}] + V(t'), where S(t) is the share of jobs that
 * outlast t; the price of a poll is sought at which the best schedule takes as many polls as asked for.
 *
 * The distribution is the formula's own, no sample: a schedule that knows a sample knows when its longest job ends.
 *
 * @param polls - the mean to be met, the first poll at age 0 included
 * @param scale - seconds: a length typical for the schedule's first gap; the grid is a fraction of it
 */
export function optimum(polls: number, scale: number): Outcome {
  const grid = layGrid(scale / steps)
  let low = 1e-3
  let high = 1e4
  let more = solve(grid, low)
  let fewer = solve(grid, high)
  for (let step = 0; step < 16; step++) {
    const price = Math.sqrt(low * high)
    const found = solve(grid, price)
    if (found.polls > polls) {
      low = price
      more = found
    } else {
      high = price
      fewer = found
    }
  }
  // Between two best schedules lies their mixture, and nothing better.
  const share = more.polls === fewer.polls ? 0 : (polls - fewer.polls) / (more.polls - fewer.polls)
  return { polls, delay: fewer.delay + share * (more.delay - fewer.delay) }
}

interface Grid {
  readonly times: Float64Array
  /** The share of jobs that have ended by then. */
  readonly ended: Float64Array
  /** Their durations, summed and divided by the number of all jobs. */
  readonly weights: Float64Array
}

// Best gaps go about with the square root of the age, so the grid is even in that.
function layGrid(step: number): Grid {
  const size = Math.ceil(Math.sqrt(quantile(1 - 0.5 / blindCount)) / step) + 2
  const times = new Float64Array(size)
  const ended = new Float64Array(size)
  const weights = new Float64Array(size)
  const mean = median * Math.exp(sigma ** 2 / 2)
  for (let index = 1; index < size; index++) {
    const time = (index * step) ** 2
    const deviation = Math.log(time / median) / sigma
    times[index] = time
    ended[index] = normalShare(deviation)
    weights[index] = mean * normalShare(deviation - sigma)
  }
  return { times, ended, weights }
}

// Finer grids change the result in the fourth digit.
const steps = 25

// A gap of so many steps is far beyond what any price in question makes worthwhile.
const farthest = 320

function solve({ times, ended, weights }: Grid, price: number): Outcome {
  const last = times.length - 1
  const cost = new Float64Array(times.length)
  const polls = new Float64Array(times.length)
  for (let from = last - 1; from >= 0; from--) {
    const alive = 1 - (ended[from] as number)
    let least = Number.POSITIVE_INFINITY
    let choice = from + 1
    for (let to = from + 1; to <= Math.min(last, from + farthest); to++) {
      const ends = (ended[to] as number) - (ended[from] as number)
      const late = (times[to] as number) * ends - ((weights[to] as number) - (weights[from] as number))
      const total = late + (cost[to] as number)
      if (total < least) {
        least = total
        choice = to
      }
    }
    cost[from] = price * alive + least
    polls[from] = alive + (polls[choice] as number)
  }
  const all = polls[0] as number
  return { polls: 1 + all, delay: (cost[0] as number) - price * all }
}

const blindCount = 100_000

/** Jobs without progress, at even steps of the distribution, so that chance has no part in what a schedule scores. */
export function createBlindJobs(): SimulatedJob[] {
  return Array.from({ length: blindCount }, (_, index) => ({
    duration: quantile((index + 0.5) / blindCount),
    pending: 0,
    showsProgress: false,
    shape: 1,
  }))
}

/** So many seconds does that share of the mix take at most. */
export function quantile(share: number): number {
  let low = -10
  let high = 10
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2
    if (normalShare(middle) < share) low = middle
    else high = middle
  }
  return median * Math.exp(sigma * low)
}

// The normal distribution function by the series and the continued fraction of the error function.
function normalShare(deviation: number): number {
  const density = Math.exp(-(deviation ** 2) / 2) / Math.sqrt(2 * Math.PI)
  if (Math.abs(deviation) < 4) {
    let term = deviation
    let sum = deviation
    for (let odd = 3; Math.abs(term) > 1e-17; odd += 2) {
      term *= deviation ** 2 / odd
      sum += term
    }
    return 0.5 + density * sum
  }
  let fraction = Math.abs(deviation)
  for (let depth = 60; depth >= 1; depth--) fraction = Math.abs(deviation) + depth / fraction
  return deviation < 0 ? density / fraction : 1 - density / fraction
}
