// A hundred thousand sleeping waits in one process, whose polls go over HTTP to a server in another.
import { fork } from 'node:child_process'
import { save } from './report.ts'
import { nextMessage, startVendor } from './vendor.ts'

const waits = process.env.WAITS ?? '100000'
// Longer than the first polls take all together.
const nap = process.env.NAP ?? '180000'

interface Weighed {
  readonly waits: number
  readonly failed: number
  readonly wokenBeforeAllSlept: number
  readonly peak: number
  readonly atRest: number
  readonly seconds: number
}

const ways: Readonly<Record<string, readonly [kind: string, flags: readonly string[]]>> = {
  '**ours**': ['ours', []],
  '**ours, `node --max-old-space-size=320`**': ['ours', ['--max-old-space-size=320']],
  'by hand: `fetch` with a time limit, 64 at once': ['by-hand', []],
}

const data: Record<string, Weighed> = {}
for (const [name, [kind, flags]] of Object.entries(ways)) {
  const vendor = await startVendor(2)
  const child = fork('bench/node_modules/.cache/sleeping-child.mjs', [vendor.baseUrl, waits, nap, kind], {
    execArgv: ['--expose-gc', ...flags],
  })
  data[name] = (await nextMessage(child)) as Weighed
  vendor.stop()
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0)

save('sleeping', {
  rounds: 1,
  data,
  tables: {
    sleeping: {
      head: ['100,000 sleeping waits', 'peak RSS, MB', 'RSS asleep, MB', 'failed', 'first polls, s'],
      rows: [
        ...Object.entries(data).map(([name, { peak, atRest, failed, seconds }]) => [
          name,
          megabytes(peak),
          megabytes(atRest),
          String(failed),
          seconds.toFixed(1),
        ]),
        ['to reach', '≤ 600', '', '0', ''],
      ],
    },
  },
})
