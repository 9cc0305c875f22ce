// How late due polls begin, with a slow vendor: npm run soak:engines has no part in it.
//
//   npx tsx --tsconfig test/engines/tsconfig.json test/engines/soak/late.ts 2000
import { Queue } from 'bullmq'
import { createWaitWorker, type WaitJobData, waitJob } from 'export-jobs/bullmq'
import { createTykClient } from 'export-jobs/tyk'
import { startRedis } from '../support/redis.ts'
import { startVendor } from '../support/vendor.ts'

const count = Number(process.argv[2] ?? 2_000)
const redis = await startRedis()
const { connection } = redis
const vendor = await startVendor({ takes: () => 60_000, latency: 400 })
const queue = new Queue<WaitJobData>('waits', { connection })

const due = new Map<string, number>()
const late: number[] = []
const ask: typeof fetch = (input, init) => {
  const id = String(input).split('/').at(-1) ?? ''
  const wakeAt = due.get(id)
  if (wakeAt !== undefined) late.push(Date.now() - wakeAt)
  return fetch(input, init)
}
const client = createTykClient({
  baseUrl: vendor.baseUrl,
  token: 'sk-very-secret-token-0123456789',
  rateLimit: false,
  concurrency: 500,
  fetch: ask,
})
const schedule = { minDelay: 4_000, maxDelay: 4_000 }
const worker = createWaitWorker('waits', {
  connection,
  clients: { tyk: client },
  wait: { schedule },
  onStep(step) {
    if (step.outcome === 'waiting') due.set(String(step.state.ref), step.wakeAt)
  },
})
const jobs = Array.from({ length: count }, (_, index) => waitJob('tyk', `export-${index}`))
// Not all at once, as nobody starts all exports at once.
for (let from = 0; from < count; from += count / 20) {
  await queue.addBulk(jobs.slice(from, from + count / 20))
  await new Promise((resolve) => setTimeout(resolve, 200))
}
await new Promise((resolve) => setTimeout(resolve, 20_000))
await worker.close()
late.sort((a, b) => a - b)
const at = (share: number) => late[Math.floor(share * (late.length - 1))]
console.log(
  `${late.length} polls of ${count} waits: late by ${at(0.5)} ms at the median, ${at(0.95)} at p95, ${at(1)} at most`,
)
await queue.close()
await vendor.close()
await redis.stop()
