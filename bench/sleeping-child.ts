// A hundred thousand sleeping waits in one process, forked with the vendor's address, how many, and for how long.
import { subscribe } from 'node:diagnostics_channel'
import { createTykClient, waitForCompletion } from './ours.ts'

const [baseUrl = '', count = '', sleep = ''] = process.argv.slice(2)
const waits = Number(count)
const nap = Number(sleep)
const client = createTykClient({ baseUrl, token: 'secret-token-0123456789' })

let answered = 0
let asleepAt: number | undefined
let atRest = 0
subscribe('undici:request:trailers', () => {
  if (++answered !== waits) return
  asleepAt = performance.now()
  setTimeout(() => {
    globalThis.gc?.()
    atRest = process.memoryUsage().rss
  }, 1_000)
})

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
process.send?.({
  waits,
  failed,
  wokenBeforeAllSlept: woken,
  peak: process.resourceUsage().maxRSS * 1_024,
  atRest,
  seconds: ((asleepAt ?? Number.NaN) - began) / 1_000,
})
process.exit()
