import { describe, expect, test } from 'vitest'
import { meanLearned } from '../../bench/learned.ts'
import { createBlindJobs, optimum } from '../../bench/optimum.ts'
import { createJobs, createRandom, ours, peers, simulate } from '../../bench/simulation.ts'
import { adaptiveDelay } from '../../src/wait/schedule.ts'

const jobs = createJobs(20_000, 1)
const knobs = [0.25, 0.5, 1, 2, 4, 8]
const outcomes = knobs.map((knob) => simulate(jobs, ours(knob)))

test('the mix is the same each time, and as it says', () => {
  expect(createJobs(20_000, 1)).toEqual(jobs)
  const durations = jobs.map(({ duration }) => duration).sort((first, second) => first - second)
  expect(durations[10_000]).toBeCloseTo(20, -1)
  expect((durations[19_000] as number) / 600).toBeCloseTo(1, 0)
  expect((durations[19_800] as number) / 3_600).toBeCloseTo(1, 0)
  expect(jobs.filter(({ showsProgress }) => !showsProgress).length / 20_000).toBeCloseTo(0.3, 1)
})

test('a fixed gap scores as arithmetic says', () => {
  const job = { duration: 9, pending: 0, showsProgress: false, shape: 1 }
  // Looks at 0, 2, 4, 6, 8 and 10 s.
  expect(simulate([job], () => 2)).toEqual({ polls: 6, delay: 1 })
})

test('the default takes few polls and little time', () => {
  const { polls, delay } = simulate(jobs, ours(1))
  expect(polls).toBeLessThanOrEqual(10.3)
  expect(delay).toBeLessThanOrEqual(2.6)
})

// Its first percents say little, and one long sleep on them would last longer than all of it.
describe('the end of a short export is noticed soon', () => {
  const shows: [string, (age: number, draw: readonly [number, number]) => number][] = [
    ['one that goes evenly', (age) => (100 * age) / 7_000],
    ['one of the mix', (age, [pending, shape]) => mixed(age / 1_000, 1.4 * pending, 2 ** (shape - 0.5))],
    ['one that begins slowly', (age) => mixed(age / 1_000, 0.7, Math.SQRT2)],
    ['one that is stuck at 3 %', () => 3],
  ]
  const mixed = (age: number, pending: number, shape: number) =>
    Math.min(99, 100 * (Math.max(0, age - pending) / ((7 - pending) * 0.95)) ** shape)

  test.each(shows)('%s', (_, progressAt) => {
    const random = createRandom(1)
    const delays = Array.from({ length: 1_000 }, () => {
      const duration = 7_000
      const draw = [random(), random()] as const
      let age = 1_000 + 500 * random()
      let last = -1
      let unchanged = 0
      while (age < duration) {
        const progress = Math.floor(progressAt(age, draw))
        unchanged = progress === last ? unchanged + 1 : 0
        last = progress
        age += adaptiveDelay({ age, progress, unchanged, runningAge: age }, 1_000, 300_000, random())
      }
      return age - duration
    })
    expect(delays.reduce((sum, delay) => sum + delay) / 1_000).toBeLessThanOrEqual(1_200)
  })
})

// Polls × delay, divided by that of a schedule that knows nothing, for exports of which earlier ones are known.
describe('what earlier exports took is worth', () => {
  test.each([
    { spread: 0.3, earlier: 1, most: 0.5 },
    { spread: 0.3, earlier: 3, most: 0.42 },
    { spread: 0.3, earlier: 10, most: 0.38 },
    { spread: 0.1, earlier: 10, most: 0.2 },
    // They tell nothing: what is lost to one of them, is won by three.
    { spread: 1.5, earlier: 1, most: 1.1 },
    { spread: 1.5, earlier: 3, most: 1 },
    { spread: 1.5, earlier: 10, most: 1 },
    { spread: 0.3, earlier: 1, wrong: 10, most: 1.25 },
    { spread: 0.3, earlier: 10, wrong: 10, most: 1.25 },
    { spread: 0.3, earlier: 1, wrong: 0.1, most: 1.25 },
    { spread: 0.3, earlier: 10, wrong: 0.1, most: 1.25 },
  ])('%o', ({ most, ...kind }) => {
    const { product, delay } = meanLearned(kind, 600)
    expect(product).toBeLessThanOrEqual(most)
    expect(delay).toBeLessThanOrEqual(5)
  })
})

test('the knob trades polls for delay', () => {
  for (const [index, { polls, delay }] of outcomes.slice(1).entries()) {
    expect(polls).toBeLessThan(outcomes[index]?.polls as number)
    expect(delay).toBeGreaterThan(outcomes[index]?.delay as number)
  }
})

test.each(Object.entries(peers))('%s is beaten on polls and delay at once', (_, schedule) => {
  const peer = simulate(jobs, schedule)
  expect(outcomes.some(({ polls, delay }) => polls < peer.polls && delay < peer.delay)).toBe(true)
})

describe('without progress', () => {
  const blindJobs = createBlindJobs()

  test.each([0.5, 1, 2, 4, 8])('at %d s it comes near the best that can be', (knob) => {
    const { polls, delay } = simulate(blindJobs, ours(knob))
    expect(delay / optimum(polls, knob).delay).toBeLessThanOrEqual(1.25)
  })

  test('no schedule comes out better than the best', () => {
    const schedules = [ours(2), ours(8), () => 20, ...Object.values(peers).slice(2)]
    for (const schedule of schedules) {
      const { polls, delay } = simulate(blindJobs, schedule)
      expect(delay / optimum(polls, 13 / polls).delay).toBeGreaterThanOrEqual(0.99)
    }
  })
})
