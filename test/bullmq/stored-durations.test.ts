import { expect, test } from 'vitest'
import { StoredDurations } from '../../src/bullmq/stored-durations.ts'
import type { JobSummary } from '../../src/index.ts'

/** The job logs of BullMQ, on any store. */
function fakeQueue() {
  const logs = new Map<string, string[]>()
  const queue = {
    reads: 0,
    logs,
    async add(_name: string, _data: unknown, { jobId }: { jobId: string }) {
      if (!logs.has(jobId)) logs.set(jobId, [])
    },
    async addJobLog(jobId: string, row: string, keep: number) {
      const rows = logs.get(jobId)
      if (!rows) throw new Error(`Missing key for job ${jobId}`)
      logs.set(jobId, [...rows, row].slice(-keep))
    },
    async getJobLogs(jobId: string) {
      queue.reads++
      return { logs: logs.get(jobId) ?? [], count: 0 }
    },
  }
  return queue
}
const storeOf = (queue: object) =>
  new StoredDurations(queue as ConstructorParameters<typeof StoredDurations>[0])

const took = (ms: number): JobSummary => ({
  vendor: 'acme',
  id: 'e1',
  ref: 'e1',
  status: 'completed',
  createdAt: '2026-01-01T00:00:00.000Z',
  completedAt: new Date(Date.UTC(2026, 0, 1) + ms).toISOString(),
})

test('what one worker has seen, the others know, the latest 30 of each client', async () => {
  const queue = fakeQueue()
  const [one, other] = [storeOf(queue), storeOf(queue)]
  for (let ms = 1; ms <= 40; ms++) await one.add('acme', took(ms))
  await one.add('7', took(7))
  expect(await other.expected('acme')).toEqual(Array.from({ length: 30 }, (_, index) => index + 11))
  expect(await other.expected('7')).toEqual([7])
  expect(await other.expected('nobody')).toEqual([])
  for (const id of queue.logs.keys()) expect(id).not.toMatch(/^\d+$/)
})

test('the store is asked once, and again after an export that this worker has completed', async () => {
  const queue = fakeQueue()
  const [one, other] = [storeOf(queue), storeOf(queue)]
  for (let times = 0; times < 3; times++) await one.expected('acme')
  expect(queue.reads).toBe(1)
  await other.add('acme', took(1))
  expect(await one.expected('acme')).toEqual([])
  await one.add('acme', took(2))
  expect(await one.expected('acme')).toEqual([1, 2])
})

test('an export whose vendor does not tell is left out', async () => {
  const queue = fakeQueue()
  await storeOf(queue).add('acme', { vendor: 'acme', id: 'e1', ref: 'e1', status: 'completed' })
  expect(queue.logs.size).toBe(0)
})

test('a store that fails, or holds what is no duration, harms no wait', async () => {
  const broken = {
    ...fakeQueue(),
    add: () => Promise.reject(new Error()),
    getJobLogs: () => Promise.reject(new Error()),
  }
  await storeOf(broken).add('acme', took(1))
  expect(await storeOf(broken).expected('acme')).toEqual([])
  const damaged = fakeQueue()
  damaged.logs.set('of-acme', ['soon'])
  expect(await storeOf(damaged).expected('acme')).toEqual([])
})
