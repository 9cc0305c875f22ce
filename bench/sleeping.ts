// A hundred thousand sleeping waits in one process. Its fetch answers in process: what is weighed is the waits.
import { tykBody } from './bodies.ts'
import { createTykClient, waitForCompletion } from './ours.ts'
import { save } from './report.ts'

const waits = Number(process.env.WAITS ?? 100_000)
const nap = 60_000

const seen = new Set<string>()
let asleepAt: number | undefined
let atRest = 0
const answer = async (input: RequestInfo | URL): Promise<Response> => {
  const id = String(input).slice('https://vendor.example/api/v1/exports/'.length)
  const status = seen.has(id) ? 'completed' : 'processing'
  seen.add(id)
  if (seen.size === waits && asleepAt === undefined) {
    asleepAt = performance.now()
    setTimeout(() => {
      globalThis.gc?.()
      atRest = process.memoryUsage().rss
    }, 1_000)
  }
  return new Response(tykBody(id, status), { headers: { 'content-type': 'application/json' } })
}
const client = createTykClient({ baseUrl: 'https://vendor.example/api/v1', token: 'secret', fetch: answer })

const began = performance.now()
let failed = 0
let woken = 0
await Promise.all(
  Array.from({ length: waits }, (_, index) =>
    waitForCompletion(client, `export-${index}`, { schedule: { minDelay: nap, maxDelay: nap } }).then(
      () => {
        if (asleepAt === undefined) woken++
      },
      () => {
        failed++
      },
    ),
  ),
)
const seconds = (performance.now() - began) / 1_000
const peak = process.resourceUsage().maxRSS * 1_024
const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0)

save('sleeping', {
  rounds: 1,
  data: { waits, failed, peak, atRest, seconds, wokenBeforeAllSlept: woken },
  tables: {
    sleeping: {
      head: ['100,000 sleeping waits', 'peak RSS, MB', 'RSS asleep, MB', 'failed', 'first looks, s'],
      rows: [
        [
          '**ours**',
          megabytes(peak),
          megabytes(atRest),
          String(failed),
          (((asleepAt ?? Number.NaN) - began) / 1_000).toFixed(1),
        ],
        ['to reach', '≤ 400', '', '0', ''],
      ],
    },
  },
})
