import { afterEach, describe, expect, test } from 'vitest'
import { ApiError } from '../../src/index.ts'
import type { FakeAnswer } from '../support/fake-fetch.ts'
import { createPlainClient, secretToken, vendorNames, vendors } from '../support/vendors.ts'

const evil = 'https://evil.example'

const harmless: [key: string, value: unknown][] = [
  ['baseUrl', evil],
  ['token', 'evil-token'],
  ['fetch', async () => new Response('{}')],
  ['rateLimit', { requests: 1, per: '1d' }],
  ['concurrency', 0],
  ['allowHttp', 'yes'],
  ['clock', {}],
  ['onRequest', 'evil'],
  ['organization', 'evil-org'],
  ['organizationId', 'evil-org'],
  ['apiVersion', 'evil'],
  ['merchantToken', 'evil-token'],
  ['what', 'evil'],
  ['method', 'DELETE'],
  ['redirect', 'follow'],
  ['params', { query: { evil: 1 } }],
  ['bodySerializer', () => 'evil'],
  ['requestInitExt', { dispatcher: 1 }],
  ['Request', class {}],
  ['cache', 'only-if-cached'],
  ['mode', 'same-origin'],
  ['credentials', 'evil'],
]

const harmful: [key: string, value: unknown][] = [
  ['headers', { 'x-evil': '1' }],
  ['signal', AbortSignal.abort('evil')],
  ['isForeign', true],
  ['stream', true],
  ['isAnonymous', true],
  ['body', 'evil'],
  ['query', { evil: 1 }],
  ['parseAs', 'text'],
  ['middleware', [{ onRequest: () => new Response('{}') }]],
  ['querySerializer', () => 'evil=1'],
  ['pathSerializer', () => '/evil'],
  ['error', { evil: 1 }],
  ['timeout', 'evil'],
  ['retries', 'evil'],
]

const added = new Set<string>()
afterEach(() => {
  for (const key of added) Reflect.deleteProperty(Object.prototype, key)
  added.clear()
})

function pollute(key: string, value: unknown, enumerable = false): void {
  added.add(key)
  Object.defineProperty(Object.prototype, key, { value, configurable: true, enumerable, writable: true })
}

function clear(): void {
  for (const key of added) Reflect.deleteProperty(Object.prototype, key)
  added.clear()
}

/** What is sent, and what comes of it, in a form that knows no prototype. */
async function record(
  act: (fetch: typeof globalThis.fetch) => Promise<unknown>,
  answer: FakeAnswer,
): Promise<string> {
  const sent: unknown[][] = []
  const type = answer.status === 503 ? 'text/plain' : 'application/json'
  const content = answer.status === 503 ? 'x' : JSON.stringify(answer.body)
  const status = answer.status ?? 200
  const fetch = async (url: unknown, init: RequestInit = {}) => {
    sent.push([String(url), init.method, init.redirect, init.body ?? null, JSON.stringify(init.headers)])
    const headers = [['content-type', type]] as [string, string][]
    return withoutPollution(() => new Response(content, { status, headers }))
  }
  const outcome = await act(fetch as typeof globalThis.fetch).then(
    (job) => JSON.stringify(job),
    (error: unknown) => (error instanceof ApiError ? `ApiError ${error.code}` : String(error)),
  )
  return JSON.stringify([sent, outcome])
}

/** The answer of a fake fetch is made by Node, which is not what is tested. */
function withoutPollution<Value>(make: () => Value): Value {
  const saved = [...added].map(
    (key) => [key, Object.getOwnPropertyDescriptor(Object.prototype, key)] as const,
  )
  clear()
  const made = make()
  for (const [key, of] of saved) pollute(key, of?.value, of?.enumerable)
  return made
}

describe.each(vendorNames)('%s', (vendor) => {
  const { create, ref, completed } = vendors[vendor]
  const fixed = { token: secretToken, retries: 0, timeout: 900 }

  test.each(harmless)('a polluted %s changes no get', async (key, value) => {
    const act = (fetch: typeof globalThis.fetch) => create({ fetch, ...fixed }).get(ref)
    const clean = await record(act, { body: completed })
    pollute(key, value)
    const dirty = await record(act, { body: completed })
    clear()
    expect(dirty).toBe(clean)
    expect(JSON.parse(clean)[0]).toHaveLength(1)
  })
})

test.each([
  ['evil', '1'],
  ['evil', { nested: { deep: 1 } }],
])('an enumerable %s of %j changes no get', async (key, value) => {
  const { create, ref, completed } = vendors.tyk
  const act = (fetch: typeof globalThis.fetch) => create({ fetch, retries: 0 }).get(ref)
  const clean = await record(act, { body: completed })
  pollute(key, value, true)
  const dirty = await record(act, { body: completed })
  clear()
  expect(dirty).toBe(clean)
})

const params = { source_type: 'llm', source_id: 7, start_date: '2025-01-01', end_date: '2025-01-02' } as const
const started = { body: { id: 'exp-1', attributes: { status: 'pending' } } }

test.each(harmful)('a polluted %s changes no get', async (key, value) => {
  const { create, ref, completed } = vendors.tyk
  const act = (fetch: typeof globalThis.fetch) => create({ fetch, token: secretToken }).get(ref)
  const clean = await record(act, { body: completed })
  pollute(key, value)
  const dirty = await record(act, { body: completed })
  clear()
  expect(dirty).toBe(clean)
})

// Of these, `params` and `bodySerializer` reach openapi-fetch's POST as the others above do.
const harmlessToStart = harmless.filter(([key]) => !['params', 'bodySerializer'].includes(key))

test.each(harmlessToStart)('a polluted %s changes no start', async (key, value) => {
  const act = (fetch: typeof globalThis.fetch) => createPlainClient({ fetch }).start(params)
  const clean = await record(act, started)
  pollute(key, value)
  const dirty = await record(act, started)
  clear()
  expect(dirty).toBe(clean)
})

test.each([...harmless, ['range', { start: 5 }], ['ifMatch', '"evil"']] as [string, unknown][])(
  'a polluted %s changes no download',
  async (key, value) => {
    const act = async (fetch: typeof globalThis.fetch) => {
      const { size, format } = await createPlainClient({ fetch }).openDownload('exp-1', {
        range: { start: 1 },
      })
      return { size, format }
    }
    const clean = await record(act, { body: [] })
    pollute(key, value)
    const dirty = await record(act, { body: [] })
    clear()
    expect(dirty).toBe(clean)
  },
)

test.each([
  ['tyk', 'completed_at', '2025-01-01T00:00:00Z'],
  ['tyk', 'total_records', 7],
  ['tyk', 'expires_at', '2020-01-01T00:00:00Z'],
  ['anaconda', 'download_url', 'https://evil.example'],
  ['anaconda', 'completed_at', '2025-01-01T00:00:00Z'],
  ['didomi', 'created_at', '2025-01-01T00:00:00Z'],
  ['didomi', 'metrics', { users: 7 }],
] as const)('%s: a polluted %s is not part of the answer', async (vendor, key, value) => {
  const { create, ref, completed } = vendors[vendor]
  const act = (fetch: typeof globalThis.fetch) => create({ fetch, retries: 0 }).get(ref)
  const clean = await record(act, { body: completed })
  pollute(key, value)
  const dirty = await record(act, { body: completed })
  clear()
  expect(dirty).toBe(clean)
})
