// A hundred thousand sleeping waits in one process, forked with the vendor's address, how many, and for how long.
import { subscribe } from 'node:diagnostics_channel'
import { createTykClient, waitForCompletion } from './ours.ts'

const [baseUrl = '', count = '', sleep = '', kind = 'ours'] = process.argv.slice(2)
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

const sleepFor = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const headers = { accept: 'application/json', authorization: 'Bearer secret-token-0123456789' }

// As many as our client lets go at once.
let free = 64
const queue: (() => void)[] = []
async function enter(): Promise<void> {
  if (free > 0) free--
  else await new Promise<void>((resolve) => queue.push(resolve))
}
function leave(): void {
  const next = queue.shift()
  if (next) next()
  else free++
}

/** The least that a hand-written wait does: a time limit for each request, and the last answer for its error. */
async function waitByHand(id: string): Promise<unknown> {
  for (;;) {
    await enter()
    const controller = new AbortController()
    const timer = setTimeout(() => controller.abort(), 30_000)
    const response = await fetch(`${baseUrl}/exports/${id}`, { headers, signal: controller.signal })
    const job = (await response.json()) as { attributes: { status: string } }
    clearTimeout(timer)
    leave()
    if (job.attributes.status === 'completed') return job
    await sleepFor(nap)
  }
}

const wait = (id: string): Promise<unknown> =>
  kind === 'ours'
    ? waitForCompletion(client, id, { schedule: { minDelay: nap, maxDelay: nap } })
    : waitByHand(id)

const began = performance.now()
let failed = 0
let woken = 0
await Promise.all(
  Array.from({ length: waits }, (_, index) =>
    wait(`export-${index}`).then(
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
