import { setTimeout as sleep } from 'node:timers/promises'
import { Queue, QueueEvents, type Worker } from 'bullmq'
import { evenLimit, type PollStep } from 'export-jobs'
import { createWaitWorker, type WaitJobData, waitJob } from 'export-jobs/bullmq'
import { createTykClient } from 'export-jobs/tyk'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startRedis, type TestRedis } from './support/redis.ts'
import { mostWithin, startVendor, type TestVendor, type TestVendorOptions } from './support/vendor.ts'

const token = 'sk-very-secret-token-0123456789'

let redis: TestRedis
let queue: Queue<WaitJobData>
let events: QueueEvents
let count = 0
const closing: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.stop())

beforeEach(async () => {
  const { connection } = redis
  queue = new Queue(`waits-${++count}`, { connection })
  events = new QueueEvents(queue.name, { connection })
  closing.push(
    () => queue.close(),
    () => events.close(),
  )
  // Each that waits for its end listens.
  queue.setMaxListeners(0)
  events.setMaxListeners(0)
  await events.waitUntilReady()
})
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function vendorOf(options: TestVendorOptions): Promise<TestVendor> {
  const vendor = await startVendor(options)
  closing.push(() => vendor.close())
  return vendor
}

type Options = Partial<Parameters<typeof createWaitWorker>[1]>

async function workerOf({ baseUrl }: Pick<TestVendor, 'baseUrl'>, options: Options = {}): Promise<Worker> {
  const worker = createWaitWorker(queue.name, {
    connection: redis.connection,
    clients: { tyk: createTykClient({ baseUrl, token, rateLimit: false }) },
    wait: { schedule: { minDelay: 50, maxDelay: 200 } },
    ...options,
  } as Parameters<typeof createWaitWorker>[1])
  worker.on('error', () => {})
  closing.push(() => worker.close())
  await worker.waitUntilReady()
  return worker
}

const add = async (id: string, options?: Parameters<typeof waitJob>[2]) => {
  const { name, data, opts } = waitJob('tyk', id, options)
  return queue.add(name, data, opts)
}

/** Each key of the queue with all that it holds. */
async function dump(): Promise<string> {
  const client = new Redis(redis.connection)
  const texts: string[] = []
  for (const key of await client.keys('*')) {
    const read = {
      hash: ['HGETALL', key],
      zset: ['ZRANGE', key, '0', '-1', 'WITHSCORES'],
      list: ['LRANGE', key, '0', '-1'],
      set: ['SMEMBERS', key],
      stream: ['XRANGE', key, '-', '+'],
      string: ['GET', key],
    }[await client.type(key)]
    // It may have gone since it was listed.
    if (read) texts.push(key, JSON.stringify(await client.call(...(read as [string, ...string[]]))))
  }
  client.disconnect()
  return texts.join('\n')
}

describe('a wait', () => {
  test('sleeps in the queue, and ends as the vendor says; nothing of it is secret, and nothing is left', async () => {
    const vendor = await vendorOf({ takes: () => 400 })
    const steps: PollStep[] = []
    await workerOf(vendor, { onStep: (step: PollStep) => void steps.push(step) })
    const job = await add('e1')
    const dumps: string[] = []
    const ended = job.waitUntilFinished(events)
    while (steps.length < 3) {
      dumps.push(await dump())
      await sleep(20)
    }
    expect(await ended).toMatchObject({ vendor: 'tyk', ref: 'e1', status: 'completed' })
    expect(steps.at(-1)).toMatchObject({ outcome: 'completed', state: { polls: steps.length } })
    dumps.push(await dump())
    expect(dumps.join()).toContain('export-jobs/wait')
    expect(dumps.join()).not.toMatch(/sk-very-secret|http:|127\.0\.0\.1|attributes/)
    expect(await queue.getJobCountByTypes('wait', 'delayed', 'active', 'failed', 'completed')).toBe(0)
  })

  test('is one job however often it is added, and is waited for anew once it is done', async () => {
    const vendor = await vendorOf({ takes: () => 0 })
    const first = await add('e1')
    for (let times = 0; times < 3; times++) await add('e1')
    expect(await queue.getJobCountByTypes('wait')).toBe(1)
    await workerOf(vendor)
    await first.waitUntilFinished(events)
    const next = await add('e1')
    await next.waitUntilFinished(events)
    expect(vendor.requests.get('e1')).toBe(2)
  })

  test('that was given up says so when it is added again, and job.retry() resumes it', async () => {
    const vendor = await vendorOf({ takes: () => 700 })
    await workerOf(vendor)
    const job = await add('e1', { timeout: 200 })
    await expect(job.waitUntilFinished(events)).rejects.toThrow('within the timeout')
    const again = await add('e1')
    expect(await again.getState()).toBe('failed')
    const failed = await queue.getJob(again.id as string)
    expect(failed?.data.state).toMatchObject({ status: 'running' })
    // Each retry has a fresh timeout of 200 ms.
    for (;;) {
      await failed?.retry('failed')
      const ended = await failed?.waitUntilFinished(events).catch(() => undefined)
      if (ended) break
    }
  })

  test('of a newer version is left alone, and is there for a worker that knows it', async () => {
    const vendor = await vendorOf({ takes: () => 0 })
    await workerOf(vendor)
    const { name, data, opts } = waitJob('tyk', 'e1')
    const newer = { ...data, state: { ...data.state, version: 2, more: true } }
    const job = await queue.add(name, newer as never, opts)
    while ((await job.getState()) !== 'delayed') await sleep(10)
    expect((await queue.getJob(opts.jobId))?.data).toEqual(newer)
    expect(vendor.times).toEqual([])
  })
})

describe('what workers learn', () => {
  test('is kept in the store: one that has just begun knows how long the exports of a client took', async () => {
    const vendor = await vendorOf({ takes: () => 100 })
    const first = await workerOf(vendor)
    const jobs = await Promise.all(['e1', 'e2', 'e3'].map((id) => add(id)))
    await Promise.all(jobs.map((job) => job.waitUntilFinished(events)))
    await first.close()
    const steps: PollStep[] = []
    await workerOf(vendor, { onStep: (step: PollStep) => void steps.push(step) })
    await (await add('e4')).waitUntilFinished(events)
    expect(steps[0]?.state.expected).toEqual({ count: 3, mean: Math.log(0.1), variance: 0 })
  })
})

describe('a worker that closes', () => {
  test('gives back what it polls within a second, and another one polls it once', async () => {
    const slow = await vendorOf({ takes: () => 0, latency: 5_000 })
    const first = await workerOf(slow)
    const jobs = await Promise.all(['e1', 'e2', 'e3'].map((id) => add(id)))
    while (slow.times.length < 3) await sleep(5)
    const began = performance.now()
    await first.close()
    const took = performance.now() - began
    console.log(`close() with three polls in flight: ${took.toFixed(0)} ms`)
    expect(await queue.getJobCountByTypes('active')).toBe(0)
    expect((await queue.getWaiting()).map(({ data }) => data.state.polls)).toEqual([0, 0, 0])
    const quick = await vendorOf({ takes: () => 0 })
    await workerOf(quick)
    await Promise.all(jobs.map((job) => job.waitUntilFinished(events)))
    expect([...quick.requests.values()]).toEqual([1, 1, 1])
  })
})

describe('a limit', () => {
  test('is kept by all workers together, as BullMQ`s limiter', async () => {
    const limit = { requests: 20, per: 3_000 }
    const vendor = await vendorOf({ takes: () => 0, limit })
    for (let times = 0; times < 2; times++) await workerOf(vendor, { limiter: evenLimit(limit) })
    const jobs = await Promise.all(Array.from({ length: 30 }, (_, index) => add(`e${index}`)))
    await Promise.all(jobs.map((job) => job.waitUntilFinished(events)))
    expect(vendor.refused).toBe(0)
    expect(mostWithin(vendor.times, limit.per)).toBeLessThanOrEqual(limit.requests)
  })

  test('that the vendor tells by 429 makes all workers hold', async () => {
    const vendor = await vendorOf({ takes: () => 0, limit: { requests: 2, per: 2_000 } })
    for (let times = 0; times < 2; times++) await workerOf(vendor, { queue, concurrency: 1 })
    const jobs = await Promise.all(Array.from({ length: 5 }, (_, index) => add(`e${index}`)))
    await Promise.all(jobs.map((job) => job.waitUntilFinished(events)))
    // Two at a time are let through; each worker may meet each refusal once.
    expect(vendor.refused).toBeGreaterThan(0)
    expect(vendor.refused).toBeLessThanOrEqual(6)
  })
})
