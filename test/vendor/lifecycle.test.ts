import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { pollOnce, startWait, waitForCompletion } from '../../src/index.ts'
import { createVirtualClock } from '../../src/testing/index.ts'
import { createTypedClient, defineVendor, type Token } from '../../src/vendor/index.ts'
import { caught, caughtError, everythingOf } from '../support/caught.ts'
import { sendJson, serve } from '../support/serve.ts'

const token = 'acme-token-0123456789'
const schema = z.object({ id: z.string(), state: z.string() })
const createAcme = defineVendor({
  vendor: 'acme',
  auth: (token) => ({ 'x-api-key': token }),
  statuses: { busy: 'running', done: 'completed' },
  async get(id: string, { request }) {
    const raw = await request({ path: '/exports/{id}', params: { id }, schema })
    return { id: raw.id, status: raw.state, raw }
  },
  start: async (json: object, { request }) => (await request({ path: '/exports', json, schema })).id,
  cancel: (id, { request }) => request({ method: 'DELETE', path: '/exports/{id}', params: { id } }),
})

const clock = () => createVirtualClock({ auto: true })
const done = { id: 'e-1', state: 'done' }

/** A vendor over real HTTP that answers in order, and the client of it. */
async function world(
  answers: ((response: Parameters<typeof sendJson>[0]) => unknown)[],
  given: Token = token,
) {
  const served = await serve((_, response, count) =>
    (answers[Math.min(count, answers.length) - 1] as (typeof answers)[number])(response),
  )
  const client = createAcme({ token: given, baseUrl: `${served.origin}/v1`, clock: clock() })
  return { ...served, client }
}
const ok =
  (body: unknown, status = 200, headers = {}) =>
  (response: Parameters<typeof sendJson>[0]) =>
    sendJson(response, body, status, headers)

describe('a wait for a vendor of one`s own', () => {
  test('polls on through what passes, as long as Retry-After asks', async () => {
    const { client, requests } = await world([
      ok({}, 429, { 'retry-after': '300' }),
      ok({}, 503),
      ok({ id: 'e-1', state: 'busy' }),
      ok(done),
    ])
    const virtual = clock()
    const before = virtual.now()
    const job = await waitForCompletion(client, 'e-1', { clock: virtual })
    expect(job).toMatchObject({ vendor: 'acme', id: 'e-1', raw: done })
    expect(virtual.now() - before).toBeGreaterThanOrEqual(300_000)
    expect(requests).toHaveLength(4)
  })

  test('asks for one new token after a 401', async () => {
    const asked: boolean[] = []
    const tokens = ({ refresh }: { refresh: boolean }) => {
      asked.push(refresh)
      return refresh ? 'acme-token-renewed' : token
    }
    const { client, requests } = await world([ok({}, 401), ok(done)], tokens)
    await waitForCompletion(client, 'e-1', { clock: clock() })
    expect(asked).toEqual([false, true])
    expect(requests.map(({ headers }) => headers['x-api-key'])).toEqual([token, 'acme-token-renewed'])
  })

  test('ends at once on a second 401, and on what waiting cannot change', async () => {
    for (const [status, reason] of [
      [401, 'unauthorized'],
      [403, 'refused'],
      [422, 'refused'],
    ] as const) {
      const { client, requests } = await world([ok({}, status)])
      expect(await caughtError(waitForCompletion(client, 'e-1', { clock: clock() }))).toMatchObject({
        reason,
      })
      expect(requests).toHaveLength(1)
    }
  })

  test('may be taken up by another process', async () => {
    const { client } = await world([ok({ id: 'e-1', state: 'busy' }), ok(done)])
    const first = await pollOnce(client, startWait('e-1'))
    const second = await pollOnce(client, JSON.parse(JSON.stringify(first.state)))
    expect(second.update).toMatchObject({ type: 'job', job: { status: 'completed' } })
    expect(second.wakeAt).toBeUndefined()
    expect(JSON.stringify(second.state)).not.toMatch(/127\.0\.0\.1|acme-token/)
  })
})

test.each<[what: string, answer: (response: Parameters<typeof sendJson>[0]) => unknown, code: string]>([
  [
    'a page',
    (response) => response.setHeader('content-type', 'text/html').end('<!doctype html>'),
    'not-json',
  ],
  ['nothing', (response) => response.end(), 'not-json'],
  ['another export', ok({ ...done, id: 'e-2' }), 'wrong-job'],
  ['no status', ok({ id: 'e-1' }), 'unexpected-shape'],
  ['a redirect', ok({}, 302, { location: 'https://evil.example/' }), 'redirect'],
])('%s is no success', async (_, answer, code) => {
  const { client, origin } = await world([answer])
  const error = await caughtError(client.get('e-1', { retries: 0 }))
  expect(error).toMatchObject({ code, vendor: 'acme' })
  expect(everythingOf(error)).not.toContain(token)
  expect(error.message).not.toContain(new URL(origin).port)
})

test('a word that is not in the table is unknown', async () => {
  const { client } = await world([ok({ id: 'e-1', state: 'archived' })])
  expect(await client.get('e-1')).toMatchObject({ status: 'unknown', rawStatus: 'archived' })
})

test('an abort ends a request in flight with its own reason', async () => {
  const { client } = await world([() => {}])
  for (const call of ['get', 'start', 'cancel'] as const) {
    const controller = new AbortController()
    const rejected = caught(
      (client[call] as (ref: unknown, options: object) => Promise<unknown>)('e-1', {
        signal: controller.signal,
      }),
    )
    await new Promise((resolve) => setTimeout(resolve, 20))
    controller.abort('enough')
    expect(await rejected).toBe('enough')
  }
})

test.each<[what: string, init: { signal?: AbortSignal | undefined }]>([
  ['undefined', { signal: undefined }],
  ['one of its own', { signal: new AbortController().signal }],
])('an abort ends a request whose signal is %s', async (_, init) => {
  const sent: AbortSignal[] = []
  const client = defineVendor({
    vendor: 'acme',
    baseUrl: 'https://acme.example',
    statuses: {},
    async get(id: string, { fetch }) {
      await fetch('/exports', init)
      return { id, status: '', raw: null }
    },
  })({
    token,
    fetch: (_, given) => new Promise(() => sent.push(given?.signal as AbortSignal)),
  })
  const controller = new AbortController()
  const rejected = caught(client.get('e-1', { signal: controller.signal }))
  await vi.waitFor(() => expect(sent).toHaveLength(1))
  controller.abort('enough')
  expect(await rejected).toBe('enough')
  expect(sent[0]?.aborted).toBe(true)
})

test('an attempt that takes too long is a timeout', async () => {
  const { client } = await world([() => {}])
  const error = await caughtError(client.get('e-1', { timeout: 50, retries: 0 }))
  expect(error).toMatchObject({ name: 'TransportError', code: 'timeout' })
})

describe('the hardened fetch under a generated client', () => {
  test('of openapi-fetch, typed by paths of one`s own', async () => {
    interface paths {
      '/exports/{id}': {
        get: {
          parameters: { path: { id: string } }
          responses: { 200: { content: { 'application/json': { id: string; state: string } } } }
        }
      }
    }
    const { client, origin, requests } = await world([ok({}, 503), ok(done)])
    const api = createTypedClient<paths>({ vendor: 'acme', baseUrl: `${origin}/v1`, fetch: client.fetch })
    const { data } = await api.GET('/exports/{id}', { params: { path: { id: 'e 1' } } })
    expect(data?.state).toBe('done')
    expect(requests.map(({ path }) => path)).toEqual(['/v1/exports/e%201', '/v1/exports/e%201'])
    expect(requests[0]?.headers['x-api-key']).toBe(token)
  })

  // As @hey-api/client-fetch calls the `fetch` of its configuration: with a Request of the runtime, and nothing else.
  test('of hey-api: it gets a Request, and its refusals are answers', async () => {
    const { client, origin, requests } = await world([ok(done), ok({ title: token }, 404)])
    const generated = async (id: string) => {
      const url = `${origin}/v1/exports/${encodeURIComponent(id)}`
      const response = await client.fetch(new Request(url, { headers: { accept: 'application/json' } }))
      return response.ok ? { data: await response.json() } : { error: await response.json(), response }
    }
    expect(await generated('e-1')).toEqual({ data: done })
    expect(await generated('e-2')).toMatchObject({
      error: { title: '[redacted]' },
      response: { status: 404 },
    })
    expect(requests[0]?.headers['x-api-key']).toBe(token)
  })
})
