import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'bullmq'
import { type WaitJobData, waitProcessor } from 'export-jobs/bullmq'
import { createTykClient } from 'export-jobs/tyk'
import { expect, onTestFinished, test } from 'vitest'
import { bundle } from '../support/build.ts'
import type { TestVendor } from '../support/vendor.ts'
import { token, useWaits } from '../support/waits.ts'
import type { WorkerSettings } from '../support/worker.ts'

const waits = useWaits()
const { add, finished, vendorOf, workerOf } = waits
const ids = ['e1', 'e2', 'e3']

/** After a worker has ended with a poll of each in flight: all were put back, and are polled once by another one. */
async function expectPutBack(): Promise<void> {
  expect(await waits.queue.getJobCountByTypes('active')).toBe(0)
  const waiting = await waits.queue.getWaiting()
  expect(waiting.map(({ data, stalledCounter }) => [data.state.polls, stalledCounter])).toEqual(
    ids.map(() => [0, 0]),
  )
  const quick = await vendorOf({ takes: () => 0 })
  await workerOf(quick)
  await Promise.all(waiting.map(finished))
  expect([...quick.requests.values()]).toEqual([1, 1, 1])
}

test('a worker that closes gives back what it polls, and another one polls it once', async () => {
  const slow = await vendorOf({ takes: () => 0, latency: 5_000 })
  const worker = await workerOf(slow)
  await Promise.all(ids.map((id) => add(id)))
  while (slow.times.length < 3) await sleep(5)
  const began = performance.now()
  await worker.close()
  console.log(`close() with three polls in flight: ${(performance.now() - began).toFixed(0)} ms`)
  await expectPutBack()
})

test('so does a process that gets SIGTERM, and it ends by itself', async () => {
  const slow = await vendorOf({ takes: () => 0, latency: 5_000 })
  const { connection } = waits.store
  const settings: WorkerSettings = {
    queue: waits.queue.name,
    connection,
    baseUrl: slow.baseUrl,
    token,
    minDelay: 50,
  }
  const worker = fork(await bundle('support/worker.ts'), [JSON.stringify(settings)], { execArgv: [] })
  onTestFinished(() => void worker.kill('SIGKILL'))
  await Promise.all(ids.map((id) => add(id)))
  while (slow.times.length < 3) await sleep(5)
  const began = performance.now()
  worker.kill('SIGTERM')
  expect(await once(worker, 'exit')).toEqual([0, null])
  console.log(`SIGTERM with three polls in flight: ${(performance.now() - began).toFixed(0)} ms to the exit`)
  await expectPutBack()
})

/** A worker as one of a later version may be: it writes states of version 2, and reads both. */
function startNewerWorker({ baseUrl }: TestVendor): Worker {
  const process = waitProcessor({
    clients: { tyk: createTykClient({ baseUrl, token, rateLimit: false }) },
    wait: { schedule: { minDelay: 50, maxDelay: 200 } },
  })
  const withVersion = (version: number, data: WaitJobData) =>
    ({ ...data, state: { ...data.state, version } }) as WaitJobData
  const worker = new Worker<WaitJobData, unknown, string>(
    waits.queue.name,
    async (job, lock, signal) => {
      const updateData = job.updateData.bind(job)
      job.updateData = (data) => updateData(withVersion(2, data))
      job.data = withVersion(1, job.data)
      return process(job, lock, signal)
    },
    { connection: waits.store.connection, concurrency: 10 },
  )
  worker.on('error', () => {})
  return worker
}

test('a roll back and forth: an older worker puts back what a newer one has written, which completes it', async () => {
  const vendor = await vendorOf({ takes: () => 300 })
  const versions = async () => (await waits.queue.getDelayed()).map(({ data }) => Number(data.state.version))
  const jobs = await Promise.all(ids.map((id) => add(id)))

  const newer = startNewerWorker(vendor)
  while ((await versions()).filter((version) => version === 2).length < 3) await sleep(5)
  await newer.close()
  const asked = vendor.times.length

  const older = await workerOf(vendor)
  const seen = new Set<string | undefined>()
  older.on('active', ({ id }) => void seen.add(id))
  while (seen.size < 3) await sleep(5)
  while ((await waits.queue.getJobCountByTypes('active')) > 0) await sleep(5)
  expect(await versions()).toEqual([2, 2, 2])
  expect(vendor.times).toHaveLength(asked)

  const again = startNewerWorker(vendor)
  onTestFinished(() => again.close())
  // Instead of the 10 s for which the older one leaves them alone.
  const promoting = setInterval(() => waits.queue.promoteJobs(), 50)
  onTestFinished(() => clearInterval(promoting))
  await Promise.all(jobs.map(finished))
})
