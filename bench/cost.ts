// What a whole wait costs: the polls of the simulated mix, times the CPU of a poll over HTTP.
import { fork } from 'node:child_process'
import { save } from './report.ts'
import { createJobs, type Outcome, ours, peers, simulate } from './simulation.ts'
import { nextMessage, startVendor } from './vendor.ts'

const rounds = Number(process.env.ROUNDS ?? 15)
const polls = 10
const vendor = await startVendor(polls)
const child = fork(
  'bench/node_modules/.cache/cost-child.mjs',
  [vendor.baseUrl, String(polls), String(rounds)],
  {
    execArgv: ['--expose-gc'],
  },
)
/** µs of CPU. */
const cpu = (await nextMessage(child)) as Record<string, number>
vendor.stop()

const jobs = createJobs(20_000, 1)
const curve = Array.from({ length: 65 }, (_, index) => 0.0625 * 2 ** (index / 8)).map((knob) => ({
  knob,
  ...simulate(jobs, ours(knob)),
}))

/** The fewest polls of ours with no more delay. */
function match({ delay }: Outcome) {
  const within = curve.filter((point) => point.delay <= delay)
  return within.reduce((best, point) => (point.polls < best.polls ? point : best))
}

const others = [
  { name: 'core-lro, fixed 2 s', kind: 'core-lro', most: 0.16 },
  { name: 'openai, fixed 5 s', kind: 'raw', most: 0.4 },
  { name: 'p-wait-for with ky, fixed 5 s', kind: 'p-wait-for', schedule: 'openai, fixed 5 s', most: 0.27 },
  { name: 'smithy waiter, 2 to 120 s', kind: 'smithy' },
].map(({ name, kind, schedule = name, most }) => {
  const outcome = simulate(jobs, peers[schedule] as (typeof peers)[string])
  const own = match(outcome)
  const ratio = (own.polls * (cpu.ours as number)) / (outcome.polls * (cpu[kind] as number))
  return { name, kind, most, ...outcome, own, ratio }
})

const show = (name: string, { polls, delay }: Outcome, perPoll: number, ...rest: string[]) => [
  name,
  polls.toFixed(1),
  perPoll.toFixed(0),
  ((polls * perPoll) / 1_000).toFixed(2),
  `${delay.toFixed(2)} s`,
  ...rest,
]

save('cost', {
  rounds,
  data: { cpu, others },
  tables: {
    cost: {
      head: [
        'a whole wait',
        'requests',
        'CPU of one, µs',
        'CPU, ms',
        'delay',
        'CPU of ours ÷ its',
        'to reach',
      ],
      rows: [
        show('**ours, the default**', simulate(jobs, ours(1)), cpu.ours as number, '', ''),
        ...others.flatMap(({ name, kind, most, own, ratio, ...outcome }) => [
          show(name, outcome, cpu[kind] as number, '', ''),
          show(
            `**ours**, \`minDelay: '${own.knob.toFixed(2)}s'\``,
            own,
            cpu.ours as number,
            ratio.toFixed(2),
            most ? `≤ ${most.toFixed(2)}` : '',
          ),
        ]),
      ],
    },
  },
})
