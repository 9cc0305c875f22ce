// A hundred thousand sleeping waits in one process, whose looks go over HTTP to a server in another.
import { createTykClient, waitForCompletion } from './ours.ts'
import { save } from './report.ts'
import { startVendor } from './vendor.ts'

const waits = Number(process.env.WAITS ?? 100_000)
// Longer than the first looks take all together.
const nap = Number(process.env.NAP ?? 240_000)

const vendor = await startVendor(2)
const client = createTykClient({ baseUrl: vendor.baseUrl, token: 'secret-token-0123456789' })

let asleepAt: number | undefined
let atRest = 0
async function watchOver(): Promise<void> {
  while ((await vendor.counted()).requests < waits) await new Promise((resolve) => setTimeout(resolve, 100))
  asleepAt = performance.now()
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  globalThis.gc?.()
  atRest = process.memoryUsage().rss
}

const began = performance.now()
let failed = 0
let woken = 0
await Promise.all([
  watchOver(),
  ...Array.from({ length: waits }, (_, index) =>
    waitForCompletion(client, `export-${index}`, { schedule: { minDelay: nap, maxDelay: nap } }).then(
      () => {
        if (asleepAt === undefined) woken++
      },
      () => {
        failed++
      },
    ),
  ),
])
vendor.stop()
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
