// How often each schedule polls, and how late it notices: a simulation, so every run gives the same numbers.
import { writeFileSync } from 'node:fs'
import { createMixOfKinds, meanLearned } from './learned.ts'
import { createBlindJobs, optimum } from './optimum.ts'
import { drawPolling } from './polling-plot.ts'
import { save } from './report.ts'
import { createJobs, type Outcome, ours, peers, simulate } from './simulation.ts'

const jobs = createJobs(20_000, 1)
const knobs = [0.25, 0.5, 1, 2, 4, 8]
const seconds = (value: number) => `${value.toFixed(value < 10 ? 2 : 1)} s`

const show = ({ polls, delay }: Outcome) => `${polls.toFixed(1)}, ${seconds(delay)}`

const own = knobs.map((knob) => ({ knob, ...simulate(jobs, ours(knob)) }))
const others = Object.entries(peers).map(([name, schedule]) => ({ name, ...simulate(jobs, schedule) }))

// The curve, finer than the table.
const fine = Array.from({ length: 65 }, (_, index) => 0.0625 * 2 ** (index / 8))
const curve = fine.map((knob) => ({
  knob,
  ...simulate(jobs, ours(knob)),
}))

/** The knob at which ours is ahead on both counts by the widest margin. */
function beat(peer: Outcome) {
  const margin = ({ polls, delay }: Outcome) => Math.min(peer.polls / polls, peer.delay / delay)
  const ahead = curve.filter((point) => margin(point) > 1)
  const best = ahead.reduce((first, second) => (margin(second) > margin(first) ? second : first))
  return { best, from: ahead[0]?.knob as number, to: ahead.at(-1)?.knob as number }
}

const duels = others.map((peer) => ({ ...peer, ...beat(peer) }))

const blindJobs = createBlindJobs()
const blind = knobs.map((knob) => {
  const outcome = simulate(blindJobs, ours(knob))
  const best = optimum(outcome.polls, knob)
  return { knob, ...outcome, optimum: best.delay, ratio: outcome.delay / best.delay }
})

const fixed = simulate(blindJobs, () => 2)
const best = optimum(fixed.polls, 0.1)
const fixedGap = { ...fixed, optimum: best.delay, ratio: fixed.delay / best.delay }

// What is known of earlier exports, and what that is worth.
const kinds = [
  ...[1, 3, 10].map((earlier) => ({ spread: 0.3, earlier })),
  { spread: 0.1, earlier: 10 },
  ...[1, 3, 10].map((earlier) => ({ spread: 1.5, earlier })),
  ...[10, 0.1].flatMap((wrong) => [1, 3, 10].map((earlier) => ({ spread: 0.3, earlier, wrong }))),
]
const learned = kinds.map((kind) => meanLearned(kind, kind.spread > 1 ? 20_000 : 5_000))
const most = [0.5, 0.42, 0.38, 0.2, 1, 1, 1, ...Array<number>(6).fill(1.25)]
const history = new Map([
  [10, ', ten times as long'],
  [0.1, ', a tenth as long'],
])

const knowing = [undefined, 3, 10].map((earlier) => {
  const exports = createMixOfKinds(earlier, 5_000)
  const points = knobs.map((knob) => ({ knob, ...simulate(exports, ours(knob)) }))
  return { earlier, points, line: fine.map((knob) => simulate(exports, ours(knob))) }
})

const byHistory = knowing.map(({ earlier = 0, points }) => ({ earlier, points }))

writeFileSync(
  'docs/polling.svg',
  drawPolling(
    knowing.map(({ line, points }, index) => ({
      name: ['knows nothing', 'knows three earlier exports', 'knows ten'][index] as string,
      line,
      mark: points.find(({ knob }) => knob === 1) as Outcome,
    })),
    blind.map(({ polls, optimum }) => ({ polls, delay: optimum })),
    others,
  ),
)

save('schedule', {
  rounds: 1,
  data: { jobs: jobs.length, own, duels, blind, fixedGap, learned, kinds: byHistory },
  tables: {
    schedule: {
      head: ['schedule', 'polls per export', 'mean delay'],
      rows: [
        ...own.map(({ knob, polls, delay }) => [
          knob === 1 ? "**ours, `minDelay: '1s'`, the default**" : `ours, \`minDelay: '${knob}s'\``,
          polls.toFixed(1),
          seconds(delay),
        ]),
        ...others.map(({ name, polls, delay }) => [name, polls.toFixed(1), seconds(delay)]),
        ['to reach at the default', '≤ 10.3', '≤ 2.6 s'],
      ],
    },
    learned: {
      head: [
        'earlier exports known',
        'spread',
        'polls × delay ÷ blind',
        'to reach',
        'of 300 s: polls, delay',
        'blind',
      ],
      rows: learned.map(({ spread, earlier, wrong = 1, product, each }, index) => [
        `${earlier}${history.get(wrong) ?? ''}`,
        String(spread),
        product.toFixed(2),
        `≤ ${most[index]?.toFixed(2)}`,
        show(each[1]?.knowing as Outcome),
        show(each[1]?.blind as Outcome),
      ]),
    },
    kinds: {
      head: ['earlier exports known', ...knobs.map((knob) => `\`${knob}s\``)],
      rows: knowing.map(({ earlier = 'none', points }) => [String(earlier), ...points.map(show)]),
    },
    duels: {
      head: ['against', 'its polls', 'its delay', 'ours at', 'polls', 'delay', 'ahead on both from … to'],
      rows: duels.map(({ name, polls, delay, best, from, to }) => [
        name,
        polls.toFixed(1),
        seconds(delay),
        `${best.knob.toFixed(2)} s`,
        best.polls.toFixed(1),
        seconds(best.delay),
        `${from.toFixed(2)} … ${to.toFixed(2)} s`,
      ]),
    },
    optimum: {
      head: ['schedule', 'polls', 'delay', 'least possible delay', 'ratio', 'to reach'],
      rows: [...blind, { knob: undefined, ...fixedGap }].map(({ knob, polls, delay, optimum, ratio }) => [
        knob === undefined ? 'fixed 2 s' : `ours, \`minDelay: '${knob}s'\``,
        polls.toFixed(1),
        seconds(delay),
        seconds(optimum),
        ratio.toFixed(2),
        knob === undefined ? '' : '≤ 1.25',
      ]),
    },
  },
})
