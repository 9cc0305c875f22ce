// Waits on a queue whose workers are killed all the time:
//
//   npm run soak:engines -- --waits 2000 --workers 4 --kill-every 3
//   npm run soak:engines -- --waits 400 --workers 4 --limit 100/15000
//   npm run soak:engines -- --waits 200 --workers 4 --kill-store 5
//   STORE=postgres npm run soak:engines -- --waits 200 --workers 4 --kill-store 5
//
// It fails when a wait is lost or completed twice, and when the vendor refuses a request for its limit. How many requests
// the kills repeat depends on how busy the machine is. --seed repeats which exports take how long.
import { type ChildProcess, fork } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Queue, QueueEvents } from 'bullmq'
import { evenLimit } from 'export-jobs'
import { type WaitJobData, waitJob } from 'export-jobs/bullmq'
import { bundle } from '../support/build.ts'
import { startStore } from '../support/store.ts'
import { mostWithin, startVendor } from '../support/vendor.ts'
import type { WorkerSettings } from '../support/worker.ts'

const { values } = parseArgs({
  options: {
    waits: { type: 'string', default: '2000' },
    workers: { type: 'string', default: '4' },
    'kill-every': { type: 'string' },
    'kill-store': { type: 'string' },
    limit: { type: 'string' },
    latency: { type: 'string', default: '20' },
    seed: { type: 'string', default: randomBytes(4).toString('hex') },
  },
})
const count = Number(values.waits)
const [requests, per] = (values.limit ?? '').split('/').map(Number)
const limit = requests && per ? { requests, per } : undefined
const minDelay = 1_000

/** From 5 to 30 s, the same for the same seed. */
function takes(id: string): number {
  const share = createHash('sha256').update(`${values.seed} ${id}`).digest().readUInt32LE() / 2 ** 32
  return 5_000 + 25_000 * share
}

const store = await startStore({ log: true })
const vendor = await startVendor({ takes, latency: Number(values.latency), ...(limit && { limit }) })
const { connection } = store
const queue = new Queue<WaitJobData>('waits', { connection })
const events = new QueueEvents('waits', { connection })
queue.on('error', () => {})
events.on('error', () => {})
const completed = new Map<string, number>()
events.on('completed', ({ jobId }) => void completed.set(jobId, (completed.get(jobId) ?? 0) + 1))
let stalled = 0
events.on('stalled', () => void stalled++)
await events.waitUntilReady()

const program = await bundle('support/worker.ts')
const workers: ChildProcess[] = []
const ready: ChildProcess[] = []
let isOver = false
let kills = 0

async function startWorker(): Promise<void> {
  const settings: WorkerSettings = {
    queue: 'waits',
    connection,
    baseUrl: vendor.baseUrl,
    token: 'sk-very-secret-token-0123456789',
    minDelay,
    ...(limit && { limiter: evenLimit(limit) }),
  }
  const worker = fork(program, [JSON.stringify(settings)], { execArgv: [] })
  workers.push(worker)
  worker.on('exit', () => {
    workers.splice(workers.indexOf(worker), 1)
    if (!isOver) void startWorker()
  })
  await Promise.race([once(worker, 'message').then(() => ready.push(worker)), once(worker, 'exit')])
}

/** Kills now and then until the end; the oldest worker each time. */
async function every(seconds: string | undefined, kill: () => unknown): Promise<void> {
  while (seconds && !isOver) {
    await sleep(1_000 * Number(seconds))
    if (isOver) return
    kills++
    await kill()
  }
}

const began = performance.now()
const seconds = () => (performance.now() - began) / 1_000
const jobs = Array.from({ length: count }, (_, index) => waitJob('tyk', `e${index}`))
for (let from = 0; from < count; from += 1_000) {
  const some = jobs.slice(from, from + 1_000)
  // Kept, so that the polls of each can be counted.
  await queue.addBulk(
    some.map(({ name, data, opts }) => ({ name, data, opts: { ...opts, removeOnComplete: false } })),
  )
}
console.log(
  `soak: ${count} waits, ${values.workers} workers, seed ${values.seed}, added in ${seconds().toFixed(1)} s`,
)
await Promise.all(Array.from({ length: Number(values.workers) }, startWorker))
const killing = [
  every(values['kill-every'], () => ready.shift()?.kill('SIGKILL')),
  every(values['kill-store'], () => store.crash()),
]

// However slow the machine is: the end is when all are done, or when nothing more happens.
let last = { size: 0, requests: 0, at: 0 }
while (last.size < count && seconds() - last.at < 60) {
  await sleep(200)
  const size = await queue.getCompletedCount().catch(() => last.size)
  const now = { size, requests: vendor.times.length, at: seconds() }
  if (now.size > last.size || now.requests > last.requests) last = now
}
// Whoever is completed twice is so within the time that a dead worker keeps its jobs.
const took = seconds()
await sleep(2_000)
isOver = true
await Promise.all(killing)
for (const worker of [...workers]) worker.kill('SIGTERM')
while (workers.length > 0) await sleep(20)

const counts = await queue.getJobCounts('completed', 'failed', 'delayed', 'wait', 'active')
const polls = (await queue.getCompleted(0, count)).reduce((sum, { data }) => sum + data.state.polls, 0)
const twice = [...completed.values()].filter((times) => times > 1).length
const lost = count - (counts.completed ?? 0)
const repeated = vendor.times.length - vendor.refused - polls
const share = (100 * repeated) / polls
const report = {
  'seconds to the last': took.toFixed(1),
  kills,
  'lost, completed twice': `${lost}, ${twice}`,
  'requests, of which repeated': `${vendor.times.length}, ${repeated} (${share.toFixed(1)} %)`,
  'deliveries after a stall': stalled,
  ...(limit && {
    'answers of 429': vendor.refused,
    [`most in any ${limit.per} ms`]: mostWithin(vendor.times, limit.per),
  }),
  queue: JSON.stringify(counts),
  'reasons of failures': (await queue.getFailed()).map(({ failedReason }) => failedReason).join('; '),
}
for (const [name, value] of Object.entries(report)) console.log(`${name.padEnd(28)} ${value}`)

const misses = [
  lost > 0 && `${lost} waits are lost`,
  twice > 0 && `${twice} waits were completed twice`,
  vendor.refused > 0 && `the vendor refused ${vendor.refused} requests`,
].filter(Boolean)
for (const miss of misses) console.log(`MISS ${miss}`)
await Promise.all([queue.close(), events.close(), vendor.close()])
await store.stop()
process.exitCode = misses.length > 0 ? 1 : 0
process.exit()
