// Ten thousand waits, all started in one tick, and then as many spread over twenty seconds.
import { fork } from 'node:child_process'
import { median, quantile, spread } from './measure.ts'
import { save } from './report.ts'
import { type Counted, nextMessage, startVendor } from './vendor.ts'

const rounds = Number(process.env.ROUNDS ?? 3)
const waits = 10_000
const kinds = { raw: 'raw fetch loop', ours: '**ours**' } as const
type Kind = keyof typeof kinds

interface Run extends Pick<Counted, 'requests' | 'mostSockets'> {
  readonly failed: number
  readonly seconds: number
  /** Microseconds. */
  readonly cpu: number
  /** Milliseconds. */
  readonly stall: number
  readonly p99: number
}

async function run(kind: Kind, spreadMs: number, doneAt: number): Promise<Run> {
  const vendor = await startVendor(doneAt)
  const child = fork('bench/node_modules/.cache/burst-child.mjs', [
    vendor.baseUrl,
    kind,
    String(waits),
    String(spreadMs),
  ])
  const result = (await nextMessage(child)) as Omit<Run, 'requests' | 'mostSockets'>
  const { requests, mostSockets } = await vendor.counted()
  vendor.stop()
  return { ...result, requests, mostSockets }
}

const bursts: Record<Kind, Run[]> = { raw: [], ours: [] }
const steady: Record<Kind, Run[]> = { raw: [], ours: [] }
for (let round = 0; round < rounds; round++) {
  for (const kind of ['raw', 'ours'] as const) bursts[kind].push(await run(kind, 0, 2))
  for (const kind of ['raw', 'ours'] as const) steady[kind].push(await run(kind, 20_000, 4))
}

const of = (runs: readonly Run[], read: (run: Run) => number) => runs.map(read)
const range = (values: readonly number[]) =>
  `${median(values).toFixed(0)} (${quantile(values, 0).toFixed(0)} … ${quantile(values, 1).toFixed(0)})`
const perRequest = ({ cpu, requests }: Run) => cpu / requests
const cpuRatio = steady.ours.map((run, round) => perRequest(run) / perRequest(steady.raw[round] as Run))
const cpuSpread = spread(median(cpuRatio), [quantile(cpuRatio, 0.25), quantile(cpuRatio, 0.75)])

save('burst', {
  rounds,
  data: { waits, bursts, steady, cpuRatio },
  tables: {
    burst: {
      head: [
        '10,000 waits in one tick',
        'sockets at most',
        'longest stall, ms (least … most)',
        'failed',
        's',
      ],
      rows: [
        ...(['raw', 'ours'] as const).map((kind) => [
          kinds[kind],
          String(Math.max(...of(bursts[kind], ({ mostSockets }) => mostSockets))),
          range(of(bursts[kind], ({ stall }) => stall)),
          String(Math.max(...of(bursts[kind], ({ failed }) => failed))),
          median(of(bursts[kind], ({ seconds }) => seconds)).toFixed(1),
        ]),
        ['to reach', '≤ 128', '≤ 250', '0', ''],
      ],
    },
    steady: {
      head: [
        '10,000 waits, started within 20 s',
        'CPU per request, µs',
        '÷ raw (middle half)',
        'event loop p99, ms (least … most)',
        'sockets at most',
      ],
      rows: [
        ...(['raw', 'ours'] as const).map((kind) => [
          kinds[kind],
          median(of(steady[kind], perRequest)).toFixed(0),
          kind === 'ours' ? cpuSpread : '1.00',
          range(of(steady[kind], ({ p99 }) => p99)),
          String(Math.max(...of(steady[kind], ({ mostSockets }) => mostSockets))),
        ]),
        ['to reach', '', '≤ 1.4', '≤ 10', ''],
      ],
    },
  },
})
