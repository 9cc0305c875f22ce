import { expect, test } from 'vitest'
import { waitForCompletion } from '../../src/index.ts'
import type { CompletedJob } from '../../src/job.ts'

test('many waits begun in one tick let the event loop have its turn in between, and begin in order', async () => {
  const begun: string[] = []
  const client = {
    vendor: 'acme',
    async get(id: string): Promise<CompletedJob<object, string>> {
      begun.push(id)
      return { vendor: 'acme', id, ref: id, rawStatus: 'done', status: 'completed', raw: {} }
    },
  }
  const ids = Array.from({ length: 1_000 }, (_, index) => `export-${index}`)
  const waits = Promise.all(ids.map((id) => waitForCompletion(client, id)))
  await new Promise((resolve) => setImmediate(resolve))
  expect(begun.length).toBeLessThan(ids.length)
  await waits
  expect(begun).toEqual(ids)
})

test('a wait that is aborted before its turn makes no request', async () => {
  const begun: string[] = []
  const client = { vendor: 'acme', get: (id: string) => new Promise<never>(() => begun.push(id)) }
  const controller = new AbortController()
  const { signal } = controller
  const ids = Array.from({ length: 300 }, (_, index) => `export-${index}`)
  const waits = ids.map((id) => waitForCompletion(client, id, { signal }).catch((error) => error))
  controller.abort('enough')
  expect(new Set(await Promise.all(waits))).toEqual(new Set(['enough']))
  expect(begun.length).toBeLessThan(ids.length)
})

test('an abort before its turn is heard at once', async () => {
  const client = { vendor: 'acme', get: () => new Promise<never>(() => {}) }
  const controller = new AbortController()
  const { signal } = controller
  const ids = Array.from({ length: 5_000 }, (_, index) => `export-${index}`)
  let settled = 0
  const waits = ids.map((id) => waitForCompletion(client, id, { signal }).catch(() => settled++))
  controller.abort('enough')
  await new Promise((resolve) => setImmediate(resolve))
  expect(settled).toBe(ids.length)
  await Promise.all(waits)
})
