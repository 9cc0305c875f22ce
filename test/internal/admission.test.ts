import { getEventListeners } from 'node:events'
import { expect, test, vi } from 'vitest'
import { waitForCompletion } from '../../src/index.ts'
import { createAdmission, type Leave } from '../../src/internal/admission.ts'
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

const task = { signal: undefined, expiresAt: Number.POSITIVE_INFINITY, keepAlive: true }

/** Enters so many tasks, and tells how many have begun. */
function enterMany(admission: ReturnType<typeof createAdmission>, count: number) {
  const begun: Leave[] = []
  const entries = Array.from({ length: count }, async () => {
    const leave = await admission.enter(task)
    if (leave) begun.push(leave)
  })
  return { begun, all: Promise.all(entries) }
}

test('no more than 500 are under way at once, and one that ends makes room', async () => {
  const admission = createAdmission()
  const { begun, all } = enterMany(admission, 502)
  await vi.waitFor(() => expect(begun).toHaveLength(500))
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(begun).toHaveLength(500)
  begun[0]?.()
  await vi.waitFor(() => expect(begun).toHaveLength(501))
  begun[1]?.()
  await all
  expect(begun).toHaveLength(502)
})

test('a task in the queue ends when its time is over, and the others keep their order', async () => {
  const admission = createAdmission()
  const { begun } = enterMany(admission, 500)
  await vi.waitFor(() => expect(begun).toHaveLength(500))
  const late = admission.enter({ ...task, expiresAt: performance.now() + 20 })
  const patient = admission.enter(task)
  expect(await late).toBeUndefined()
  begun[0]?.()
  expect(await patient).toBeTypeOf('function')
})

test('a task whose time is over does not begin when there is room', async () => {
  const admission = createAdmission()
  const { begun } = enterMany(admission, 500)
  await vi.waitFor(() => expect(begun).toHaveLength(500))
  const late = admission.enter({ ...task, expiresAt: 0 })
  const next = admission.enter(task)
  begun[0]?.()
  expect(await late).toBeUndefined()
  expect(await next).toBeTypeOf('function')
})

test('a task that is aborted in the queue leaves it, and one that begins leaves no listener', async () => {
  const admission = createAdmission()
  const { begun } = enterMany(admission, 500)
  await vi.waitFor(() => expect(begun).toHaveLength(500))
  const controller = new AbortController()
  const { signal } = new AbortController()
  const leaving = Promise.resolve(admission.enter({ ...task, signal: controller.signal })).catch(
    (error) => error,
  )
  const staying = admission.enter({ ...task, signal })
  controller.abort('enough')
  expect(await leaving).toBe('enough')
  begun[0]?.()
  expect(await staying).toBeTypeOf('function')
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})

test('a queue keeps the process running where one of its tasks wants it', async () => {
  const admission = createAdmission()
  const held = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
  enterMany(admission, 50)
  const before = held()
  const released = admission.enter({ ...task, keepAlive: false })
  expect(held()).toBe(before)
  const holding = admission.enter(task)
  expect(held()).toBe(before + 1)
  await Promise.all([released, holding])
})
