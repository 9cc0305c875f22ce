import { expect, test } from 'vitest'
import type { RequestEvent } from '../../src/http/client-options.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import {
  createPlainClient,
  runningExport,
  secretToken,
  startParams,
  uuid,
  vendors,
} from '../support/vendors.ts'

const clock = { now: () => 0, sleep: async () => {} }
const running = { body: runningExport() }

test('one event for each attempt', async () => {
  const events: RequestEvent[] = []
  const onRequest = (event: RequestEvent) => events.push(event)
  const { fetch } = createFakeFetch({ status: 503 }, { error: new TypeError('x') }, running)
  await createPlainClient({ fetch, clock, onRequest }).get('exp-1')
  const common = {
    vendor: 'tyk',
    method: 'GET',
    path: '/api/v1/exports/exp-1',
    durationMs: expect.any(Number),
  }
  expect(events).toEqual([
    { ...common, attempt: 1, status: 503, error: expect.objectContaining({ code: 'server-error' }) },
    { ...common, attempt: 2, error: expect.objectContaining({ code: 'network' }) },
    { ...common, attempt: 3, status: 200 },
  ])
})

test('the duration is that of the attempt', async () => {
  const events: RequestEvent[] = []
  const before = performance.now()
  const { fetch } = createFakeFetch(running)
  await createPlainClient({ fetch, onRequest: (event) => events.push(event) }).get('exp-1')
  expect(events[0]?.durationMs).toBeGreaterThanOrEqual(0)
  expect(events[0]?.durationMs).toBeLessThanOrEqual(performance.now() - before)
})

test('the path has no query', async () => {
  const events: RequestEvent[] = []
  const { create, ref, completed } = vendors.didomi
  const { fetch } = createFakeFetch({ body: completed })
  await create({ fetch, onRequest: (event) => events.push(event) }).get(ref)
  expect(events[0]?.path).toBe('/v1/marketplace/exports/logs')
})

test('a refused token and its renewal are two attempts, and neither shows it', async () => {
  const events: RequestEvent[] = []
  const onRequest = (event: RequestEvent) => events.push(event)
  const { fetch } = createFakeFetch({ status: 401, body: { error: secretToken } }, running)
  await createPlainClient({ fetch, onRequest, token: () => secretToken }).get('exp-1')
  expect(events.map(({ attempt, status }) => [attempt, status])).toEqual([
    [1, 401],
    [2, 200],
  ])
  expect(JSON.stringify(events)).not.toContain(secretToken)
})

test.each([
  [
    'throws',
    () => {
      throw new Error('mine')
    },
  ],
  [
    'throws undefined',
    () => {
      throw undefined
    },
  ],
  [
    'rejects',
    async () => {
      throw new Error('mine')
    },
  ],
  ['never ends', () => new Promise(() => {})],
  [
    'returns a thenable that throws',
    () => ({
      // biome-ignore lint/suspicious/noThenProperty: that is what is tested
      get then() {
        throw new Error('mine')
      },
    }),
  ],
])('one that %s never reaches the request', async (_, onRequest) => {
  const { fetch } = createFakeFetch({ status: 503 }, running)
  const job = await createPlainClient({ fetch, clock, onRequest: onRequest as never }).get('exp-1')
  expect(job.status).toBe('running')
})

test('a start and a download are told, too', async () => {
  const events: RequestEvent[] = []
  const { fetch } = createFakeFetch({ body: { id: uuid } }, { text: '{}' })
  const client = createPlainClient({ fetch, onRequest: (event) => events.push(event) })
  await client.start(startParams).catch(() => {})
  await client.openDownload('exp-1')
  expect(events.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /api/v1/exports',
    'GET /api/v1/exports/exp-1/download',
  ])
})
