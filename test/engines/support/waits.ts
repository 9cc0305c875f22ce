import { setTimeout as sleep } from 'node:timers/promises'
import { type Job, Queue, Worker } from 'bullmq'
import { createWaitWorker, type WaitJobData, waitJob, waitProcessor } from 'export-jobs/bullmq'
import { createTykClient } from 'export-jobs/tyk'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { startStore, type TestStore } from './store.ts'
import { startVendor, type TestVendor, type TestVendorOptions } from './vendor.ts'

export const token = 'sk-very-secret-token-0123456789'

export type Options = Partial<Parameters<typeof createWaitWorker>[1]>

/** A store for the tests of a file, and for each of them a queue of its own. All of it is closed after them. */
export function useWaits() {
  let store: TestStore
  let queue: Queue<WaitJobData>
  let count = 0
  const closing: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    store = await startStore()
  })
  afterAll(() => store.stop())
  beforeEach(async () => {
    queue = new Queue(`waits-${++count}`, { connection: store.connection })
    queue.on('error', () => {})
    closing.push(() => queue.close())
  })
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
  })

  const optionsFor = ({ baseUrl }: Pick<TestVendor, 'baseUrl'>) => ({
    clients: { tyk: createTykClient({ baseUrl, token, rateLimit: false }) },
    wait: { schedule: { minDelay: 50, maxDelay: 200 } },
  })

  async function start(worker: Worker): Promise<Worker> {
    worker.on('error', () => {})
    closing.push(() => worker.close())
    await worker.waitUntilReady()
    return worker
  }

  return {
    get queue() {
      return queue
    },
    get store() {
      return store
    },
    async vendorOf(options: TestVendorOptions): Promise<TestVendor> {
      const vendor = await startVendor(options)
      closing.push(() => vendor.close())
      return vendor
    },
    workerOf: (vendor: Pick<TestVendor, 'baseUrl'>, options: Options = {}): Promise<Worker> =>
      start(
        createWaitWorker(queue.name, {
          connection: store.connection,
          ...optionsFor(vendor),
          ...options,
        } as Parameters<typeof createWaitWorker>[1]),
      ),
    /** A worker that the user creates. */
    ownWorkerOf: (vendor: Pick<TestVendor, 'baseUrl'>, options: Options = {}): Promise<Worker> => {
      const process = waitProcessor({ ...optionsFor(vendor), ...options })
      return start(new Worker(queue.name, process, { connection: store.connection, concurrency: 10 }))
    },
    async add(id: string, options?: Parameters<typeof waitJob>[2]) {
      const { name, data, opts } = waitJob('tyk', id, options)
      return queue.add(name, data, opts)
    },
    /**
     * Resolves once it is completed, which is when it has left the queue, and rejects once it has failed. Asks the queue:
     * on PostgreSQL, BullMQ's events get lost when many come at once.
     */
    async finished({ id = '' }: Pick<Job, 'id'>): Promise<void> {
      for (;;) {
        const state = await queue.getJobState(id)
        if (state === 'unknown') return
        if (state === 'failed') throw new Error((await queue.getJob(id))?.failedReason)
        await sleep(10)
      }
    },
  }
}
