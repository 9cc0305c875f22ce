import { expect, test } from 'vitest'
import { waitForCompletion } from '../../src/index.ts'
import { createVendorSimulator, createVirtualClock } from '../../src/testing/index.ts'
import { createDidomiClient } from '../../src/vendors/didomi.ts'
import { createTykClient } from '../../src/vendors/tyk.ts'

/** A Tyk that answers in process, and counts. */
function countingTyk(finish: (id: string, polls: number) => boolean) {
  const polls = new Map<string, number>()
  let underWay = 0
  let most = 0
  const fetch = async (url: unknown): Promise<Response> => {
    const id = String(url).split('/').at(-1) as string
    const count = (polls.get(id) ?? 0) + 1
    polls.set(id, count)
    underWay++
    most = Math.max(most, underWay)
    await new Promise((resolve) => setImmediate(resolve))
    underWay--
    const status = finish(id, count) ? 'completed' : 'processing'
    return Response.json({ id, attributes: { status } })
  }
  return { fetch: fetch as typeof globalThis.fetch, polls, most: () => most }
}

const token = 'a-token-of-some-length'

/** A Didomi behind a real port, in virtual time. */
async function startDidomi() {
  const clock = createVirtualClock({ auto: true })
  const simulator = createVendorSimulator({ clock })
  const server = await simulator.listen()
  const { didomi } = simulator
  const client = createDidomiClient({
    baseUrl: didomi.baseUrl(server.origin),
    organizationId: 'didomi',
    token: didomi.token,
    clock,
  })
  return { clock, simulator, server, client }
}

test('2,000 waits that begin in one tick all end, with no more requests at once than the client allows', async () => {
  const clock = createVirtualClock({ auto: true })
  const { fetch, most } = countingTyk((_, count) => count > 2)
  const client = createTykClient({ baseUrl: 'https://tyk.example/api/v1', token, fetch, clock })
  const ids = Array.from({ length: 2_000 }, (_, index) => `export-${index}`)
  const jobs = await Promise.all(ids.map((id) => waitForCompletion(client, id, { clock })))
  expect(jobs.map(({ id }) => id)).toEqual(ids)
  expect(most()).toBe(64)
})

test('waits on the same export share their looks', async () => {
  const clock = createVirtualClock({ auto: true })
  const { fetch, polls } = countingTyk((_, count) => count > 3)
  const client = createTykClient({ baseUrl: 'https://tyk.example/api/v1', token, fetch, clock })
  const schedule = () => 1_000
  const waits = Array.from({ length: 50 }, () => waitForCompletion(client, 'one', { clock, schedule }))
  expect((await Promise.all(waits)).every(({ status }) => status === 'completed')).toBe(true)
  expect(polls.get('one')).toBe(4)
})

test('refs that hide what they hold are never taken for each other', async () => {
  class Ref {
    readonly #id: string
    constructor(id: string) {
      this.#id = id
    }
    toString() {
      return this.#id
    }
  }
  const get = async (ref: Ref) => {
    const job = {
      vendor: 'acme',
      id: `${ref}`,
      ref,
      raw: {},
      rawStatus: 'DONE',
      status: 'completed',
    } as const
    return new Promise<typeof job>((resolve) => setImmediate(resolve, job))
  }
  const client = { vendor: 'acme', get }
  const waits = ['one', 'two'].map((id) => waitForCompletion(client, new Ref(id)))
  expect((await Promise.all(waits)).map(({ id }) => id)).toEqual(['one', 'two'])
})

test('one of them aborts, and the others do not notice', async () => {
  const clock = createVirtualClock({ auto: true })
  const { fetch } = countingTyk((_, count) => count > 3)
  const client = createTykClient({ baseUrl: 'https://tyk.example/api/v1', token, fetch, clock })
  const controller = new AbortController()
  const leaving = waitForCompletion(client, 'one', { clock, signal: controller.signal }).catch(
    (error) => error,
  )
  const staying = waitForCompletion(client, 'one', { clock })
  controller.abort('enough')
  expect(await leaving).toBe('enough')
  expect((await staying).status).toBe('completed')
})

test('waits on the runs of one Didomi export share their lists, and keep within the limit of the organization', async () => {
  const { clock, simulator, server, client } = await startDidomi()
  const { didomi } = simulator
  const refs = Array.from({ length: 30 }, () => didomi.add({ running: '3m' }))
  const schedule = () => 1_000
  const jobs = await Promise.all(refs.map((ref) => waitForCompletion(client, ref, { clock, schedule })))
  expect(jobs.every(({ status }) => status === 'completed')).toBe(true)
  // Three minutes at a poll a second, and thirty waits: one list each second serves them all, or two where the answer
  // comes to some of them in the next tick of the clock. Unshared, there would be 5,400.
  expect(simulator.requests.length).toBeLessThan(400)
  expect(simulator.requests.every(({ status }) => status === 200)).toBe(true)
  await server.close()
})

test('waits that would together ask too often slow down together instead of being refused', async () => {
  const { clock, simulator, server, client } = await startDidomi()
  const { didomi } = simulator
  const refs = Array.from({ length: 40 }, (_, index) =>
    didomi.add({ exportId: `export-${index}`, running: '1m' }),
  )
  const schedule = () => 1_000
  const jobs = await Promise.all(refs.map((ref) => waitForCompletion(client, ref, { clock, schedule })))
  expect(jobs.every(({ status }) => status === 'completed')).toBe(true)
  expect(simulator.requests.filter(({ status }) => status === 429)).toEqual([])
  await server.close()
})
