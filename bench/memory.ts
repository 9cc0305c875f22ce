// The heap that a sleeping wait takes: each kind in a fresh process, after a real poll over HTTP.
import { fork } from 'node:child_process'
import { median, quantile } from './measure.ts'
import { save } from './report.ts'
import { nextMessage, startVendor } from './vendor.ts'

const rounds = Number(process.env.ROUNDS ?? 3)
const waits = 10_000
const kinds: Readonly<Record<string, string>> = {
  raw: 'raw fetch loop',
  'raw-last': 'raw fetch loop that keeps the last answer, for its error',
  ours: '**ours, no options**',
  'ours-options': '**ours, with `timeout`, `schedule`, `stallAfter`, `onUpdate`**',
  'ours-signal': '**ours, with `timeout` and one `signal` for all**',
  ky: 'ky loop',
  'p-wait-for': 'p-wait-for with ky',
  smithy: 'smithy createWaiter with fetch',
  'core-lro': 'core-lro createHttpPoller with fetch',
}

const bytes = new Map(Object.keys(kinds).map((kind) => [kind, [] as number[]]))
for (let round = 0; round < rounds; round++) {
  for (const kind of Object.keys(kinds)) {
    const vendor = await startVendor(Number.POSITIVE_INFINITY, '600')
    const child = fork('bench/node_modules/.cache/memory-child.mjs', [vendor.baseUrl, kind, String(waits)], {
      execArgv: ['--expose-gc'],
    })
    bytes.get(kind)?.push(((await nextMessage(child)) as { bytes: number }).bytes)
    vendor.stop()
  }
}

const data = Object.entries(kinds).map(([kind, name]) => {
  const all = bytes.get(kind) as number[]
  return { kind, name, bytes: median(all), range: [quantile(all, 0), quantile(all, 1)] as const }
})

save('memory', {
  rounds,
  data: { waits, kinds: data },
  tables: {
    memory: {
      head: ['a sleeping wait, 10,000 of them', 'heap, kB (least … most)', '÷ raw', 'to reach'],
      rows: data.map(({ kind, name, bytes, range: [least, most] }) => [
        name,
        `${(bytes / 1_000).toFixed(2)} (${(least / 1_000).toFixed(2)} … ${(most / 1_000).toFixed(2)})`,
        (bytes / (data[0]?.bytes as number)).toFixed(2),
        kind.startsWith('ours') ? '≤ 1.7 kB' : '',
      ]),
    },
  },
})
