import { setTimeout as sleep } from 'node:timers/promises'
import type { Job } from 'bullmq'
import { evenLimit, type PollStep } from 'export-jobs'
import { waitJob } from 'export-jobs/bullmq'
import { describe, expect, test } from 'vitest'
import { mostWithin } from '../support/vendor.ts'
import { useWaits } from '../support/waits.ts'

const waits = useWaits()
const { add, finished, ownWorkerOf, vendorOf, workerOf } = waits

describe('a wait', () => {
  test('sleeps in the queue, and ends as the vendor says; nothing of it is secret, and nothing is left', async () => {
    const vendor = await vendorOf({ takes: () => 400 })
    const steps: PollStep[] = []
    await workerOf(vendor, { onStep: (step: PollStep) => void steps.push(step) })
    const job = await add('e1')
    const dumps: string[] = []
    while (steps.at(-1)?.outcome !== 'completed') {
      dumps.push(await waits.store.dump())
      await sleep(20)
    }
    await finished(job)
    expect(steps.at(-1)).toMatchObject({
      outcome: 'completed',
      job: { vendor: 'tyk', ref: 'e1', status: 'completed' },
      state: { polls: steps.length },
    })
    dumps.push(await waits.store.dump())
    expect(dumps.join()).toContain('export-jobs/wait')
    expect(dumps.join()).not.toMatch(/very-secret|https?:|127\.0\.0\.1|attributes/)
    expect(await waits.queue.getJobCountByTypes('wait', 'delayed', 'active', 'failed', 'completed')).toBe(0)
  })

  test('is one job however often it is added, and is waited for anew once it is done', async () => {
    const vendor = await vendorOf({ takes: () => 0 })
    const first = await add('e1')
    for (let times = 0; times < 3; times++) await add('e1')
    expect(await waits.queue.getJobCountByTypes('wait')).toBe(1)
    await workerOf(vendor)
    await finished(first)
    const next = await add('e1')
    await finished(next)
    expect(vendor.requests.get('e1')).toBe(2)
  })

  test('that was given up says so when it is added again, and job.retry() resumes it', async () => {
    const vendor = await vendorOf({ takes: () => 700 })
    await workerOf(vendor)
    const job = await add('e1', { timeout: 200 })
    await expect(finished(job)).rejects.toThrow('within the timeout')
    const again = await add('e1')
    expect(await again.getState()).toBe('failed')
    const failed = (await waits.queue.getJob(again.id as string)) as Job
    expect(failed.data.state).toMatchObject({ status: 'running' })
    // Each retry has a fresh timeout of 200 ms.
    for (;;) {
      await failed.retry('failed')
      const isCompleted = await finished(failed).then(
        () => true,
        () => false,
      )
      if (isCompleted) break
    }
  })

  test('of a newer version is left alone, and is there for a worker that knows it', async () => {
    const vendor = await vendorOf({ takes: () => 0 })
    await workerOf(vendor)
    const { name, data, opts } = waitJob('tyk', 'e1')
    const newer = { ...data, state: { ...data.state, version: 2, more: true } }
    const job = await waits.queue.add(name, newer as never, opts)
    while ((await job.getState()) !== 'delayed') await sleep(10)
    expect((await waits.queue.getJob(opts.jobId))?.data).toEqual(newer)
    expect(vendor.times).toEqual([])
  })
})

describe('what workers learn', () => {
  test('is kept in the store: one that has just begun knows how long the exports of a client took', async () => {
    const vendor = await vendorOf({ takes: () => 100 })
    const first = await workerOf(vendor)
    const jobs = await Promise.all(['e1', 'e2', 'e3'].map((id) => add(id)))
    await Promise.all(jobs.map(finished))
    await first.close()
    const steps: PollStep[] = []
    await workerOf(vendor, { onStep: (step: PollStep) => void steps.push(step) })
    await finished(await add('e4'))
    expect(steps[0]?.state.expected).toEqual({ count: 3, mean: Math.log(0.1), variance: 0 })
  })
})

describe('a limit', () => {
  test('is kept by all workers together, as BullMQ`s limiter', async () => {
    const limit = { requests: 20, per: 3_000 }
    const vendor = await vendorOf({ takes: () => 0, limit })
    for (let times = 0; times < 2; times++) await workerOf(vendor, { limiter: evenLimit(limit) })
    const jobs = await Promise.all(Array.from({ length: 30 }, (_, index) => add(`e${index}`)))
    await Promise.all(jobs.map(finished))
    expect(vendor.refused).toBe(0)
    expect(mostWithin(vendor.times, limit.per)).toBeLessThanOrEqual(limit.requests)
  })

  test('that the vendor tells by 429 makes all workers hold', async () => {
    const vendor = await vendorOf({ takes: () => 0, limit: { requests: 2, per: 2_000 } })
    for (let times = 0; times < 2; times++) await workerOf(vendor, { queue: waits.queue, concurrency: 1 })
    const jobs = await Promise.all(Array.from({ length: 5 }, (_, index) => add(`e${index}`)))
    await Promise.all(jobs.map(finished))
    // Two at a time are let through; each worker may meet each refusal once.
    expect(vendor.refused).toBeGreaterThan(0)
    expect(vendor.refused).toBeLessThanOrEqual(6)
  })

  test('that the vendor tells by 429 is respected by a worker of the user`s own, without a limiter', async () => {
    const vendor = await vendorOf({ takes: () => 0, limit: { requests: 2, per: 2_000 } })
    for (let times = 0; times < 2; times++) await ownWorkerOf(vendor, { queue: waits.queue })
    const jobs = await Promise.all(Array.from({ length: 6 }, (_, index) => add(`e${index}`)))
    await Promise.all(jobs.map(finished))
    // Two at a time are let through, and the others are refused once: 4 + 2.
    expect(vendor.refused).toBeLessThanOrEqual(6)
  })
})
