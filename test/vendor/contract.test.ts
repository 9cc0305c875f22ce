import { expect, test } from 'vitest'
import { z } from 'zod'
import { waitForCompletion } from '../../src/index.ts'
import { createVirtualClock } from '../../src/testing/index.ts'
import { defineVendor } from '../../src/vendor/index.ts'
import { caughtError, everythingOf } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import { readText } from '../support/read-text.ts'

const token = 'acme-token-0123456789'

// As the public contract shows it, word for word.
const acmeExport = z.object({
  id: z.string(),
  state: z.string(),
  percent: z.number().nullish(),
  created_at: z.string().nullish(),
  error: z.string().nullish(),
  file_url: z.string().nullish(),
})
interface AcmeOptions {
  team: string
}
interface AcmeParams {
  kind: string
}
const createAcme = defineVendor({
  vendor: 'acme',
  baseUrl: 'https://api.acme.example/v1',
  auth: (token) => ({ 'x-api-key': token }),
  headers: ({ team }: AcmeOptions) => ({ 'x-team': team }),
  rateLimits: [{ requests: 60, per: '1m' }],
  statuses: { queued: 'pending', busy: 'running', done: 'completed', broken: 'failed', stopped: 'canceled' },
  async get(id: string, { request }) {
    const raw = await request({ path: '/exports/{id}', params: { id }, schema: acmeExport })
    return {
      id: raw.id,
      status: raw.state,
      progress: raw.percent,
      createdAt: raw.created_at,
      reason: raw.error,
      download: { url: raw.file_url, format: 'csv' },
      raw,
    }
  },
  async start(params: AcmeParams, { request }) {
    return (await request({ method: 'POST', path: '/exports', json: params, schema: acmeExport })).id
  },
  download: (job) => ({ url: job.download?.url }),
  problem: () => ({ title: 'no', detail: 'never', requestId: 'r-1', permanent: false }),
})

const busy = { id: 'e-1', state: 'busy' }
const least = {
  vendor: 'acme',
  baseUrl: 'https://api.acme.example/v1',
  statuses: { busy: 'running', DONE: 'completed', Stopped: 'canceled' },
  get: async (id: string) => ({ id, status: 'done', raw: { file: 'f-1' } }),
} as const

test('the vendor of the contract is started, waited for and downloaded', async () => {
  const { fetch, requests } = createFakeFetch(
    { body: busy },
    { body: { ...busy, percent: 50 } },
    { body: { ...busy, state: 'DONE', file_url: 'https://store.example/a.csv?sig=1' } },
    { text: 'a,b' },
  )
  const client = createAcme({ token, team: 'blue', fetch, clock: createVirtualClock({ auto: true }) })
  const id = await client.start({ kind: 'all' })
  const job = await waitForCompletion(client, id, { clock: createVirtualClock({ auto: true }) })
  const { body, format } = await client.openDownload(job)
  expect(await readText(body)).toBe('a,b')
  expect(format).toBe('csv')
  expect(requests.map(({ headers }) => headers['x-api-key'])).toEqual([token, token, token, undefined])
})

test('words for a status may be written in any letter case, and must mean one', async () => {
  const create = defineVendor({ ...least, get: async (id: string) => ({ id, status: 'sTOPPED', raw: 0 }) })
  await expect(create({ token }).get('e-1')).resolves.toMatchObject({ status: 'canceled' })
  expect(() => defineVendor({ ...least, statuses: { done: 'complete' as never } })).toThrow(
    expect.objectContaining({ code: 'invalid-option' }),
  )
})

test('basic auth takes user and password, and redacts both forms of them', async () => {
  const [credentials, encoded] = ['acme:päss-word-0123', btoa('acme:päss-word-0123')]
  const detail = `${credentials} and ${encoded} and päss-word-0123`
  const { fetch, requests } = createFakeFetch({ status: 403, body: { detail } })
  const create = defineVendor({
    ...least,
    auth: 'basic',
    get: async (id: string, { request }) => request({ path: '/e/{id}', params: { id } }) as never,
  })
  const error = await caughtError(create({ token: credentials, fetch }).get('e-1'))
  expect(requests[0]?.headers.authorization).toBe(`Basic ${encoded}`)
  expect(error.problem.detail).toBe('[redacted] and [redacted] and [redacted]')
  expect(everythingOf(error)).not.toMatch(/ss-word|YWNtZT/)
})

test('an export is stopped by its ref or its job, and not twice', async () => {
  const { fetch, requests } = createFakeFetch({ status: 503 })
  const create = defineVendor({
    ...least,
    cancel: (id, { request }) => request({ method: 'DELETE', path: '/exports/{id}', params: { id } }),
  })
  const client = create({ token, fetch })
  const job = await client.get('e-1')
  for (const ref of ['e-1', job])
    expect(await caughtError(client.cancel(ref))).toMatchObject({ httpStatus: 503 })
  expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual(
    Array(2).fill('DELETE https://api.acme.example/v1/exports/e-1'),
  )
  expect(await caughtError(client.cancel('..'))).toMatchObject({ code: 'invalid-ref' })
  expect(requests).toHaveLength(2)
})

test('a stop that is answered with nothing is done', async () => {
  const create = defineVendor({
    ...least,
    cancel: (id, { fetch }) => fetch(`/exports/${id}`, { method: 'DELETE' }),
  })
  const fetch = async () => new Response(null, { status: 204 })
  expect(await create({ token, fetch }).cancel('e-1')).toBeUndefined()
})

test('a further call may tell where the file is', async () => {
  const { fetch, requests } = createFakeFetch(
    { body: { url: 'https://store.example/f?sig=1' } },
    { text: 'a,b' },
  )
  const create = defineVendor({
    ...least,
    async download(job, { request }) {
      const schema = z.object({ url: z.string() })
      return request({ path: '/files/{file}', params: { file: job.raw.file }, schema })
    },
  })
  const { body } = await create({ token, fetch }).openDownload('e-1')
  expect(await readText(body)).toBe('a,b')
  expect(requests.map(({ url }) => url)).toEqual([
    'https://api.acme.example/v1/files/f-1',
    'https://store.example/f?sig=1',
  ])
  expect(requests[0]?.headers.authorization).toBe(`Bearer ${token}`)
  expect(requests[1]?.headers).toEqual({})
})

test('a download that is not there is told by its status, whatever a prototype holds', async () => {
  const prototype = Object.prototype as unknown as Record<string, unknown>
  const create = defineVendor({ ...least, download: (job) => ({ url: job.download?.url }) })
  prototype.download = { url: 'https://evil.example/f' }
  prototype.url = 'https://evil.example/f'
  try {
    const { fetch, requests } = createFakeFetch({ text: 'evil' })
    expect(await caughtError(create({ token, fetch }).openDownload('e-1'))).toMatchObject({
      code: 'invalid-ref',
    })
    expect(requests).toHaveLength(0)
  } finally {
    delete prototype.download
    delete prototype.url
  }
})

test('waits that read the same page of a list share its request', async () => {
  const list = { items: [{ id: 'a' }, { id: 'b' }], next: null }
  const { fetch, requests } = createFakeFetch({ body: list, headers: { 'retry-after': '9' } })
  const schema = z.object({ items: z.array(z.object({ id: z.string() })), next: z.string().nullable() })
  const create = defineVendor({
    ...least,
    async get(id: string, { readPages }) {
      const pages = readPages({
        key: 'all',
        read: ({ next }, { request }) => request({ path: '/exports', query: { next }, schema }),
        idOf: (item) => item.id,
      })
      for await (const { items } of pages) {
        const raw = items.find((item) => item.id === id)
        if (raw) return { id: raw.id, status: 'busy', raw }
      }
      return { id: '', status: '', raw: undefined }
    },
  })
  const client = create({ token, fetch })
  const controller = new AbortController()
  const aborted = client.get('a', { signal: controller.signal })
  const others = [client.get('a'), client.get('b')]
  controller.abort('enough')
  await expect(aborted).rejects.toBe('enough')
  expect(await Promise.all(others)).toMatchObject([
    { id: 'a', retryAfter: 9_000 },
    { id: 'b', retryAfter: 9_000 },
  ])
  expect(requests).toHaveLength(1)
  expect(await caughtError(client.get('c'))).toMatchObject({ code: 'unexpected-shape' })
})

test.each([
  ['/exports/..%2f..%2fadmin'],
  ['https://api.acme.example/v1/exports/x%5c..%5Cadmin'],
  ['/exports/.%00.%2fadmin'],
  ['/exports/%2e%2e%2Fadmin'],
])('a URL that climbs once it is decoded is not asked: %s', async (url) => {
  const { fetch, requests } = createFakeFetch({ body: {} })
  expect(await caughtError(createAcme({ token, team: 'a', fetch }).fetch(url))).toMatchObject({
    code: 'invalid-option',
  })
  expect(requests).toHaveLength(0)
})

test.each([['/exports/a%2Fb'], ['/exports/..a'], ['/exports/a?x=..%2f'], ['/exports/a..%2fb']])(
  'one that does not is: %s',
  async (url) => {
    const { fetch, requests } = createFakeFetch({ body: {} })
    await createAcme({ token, team: 'a', fetch }).fetch(url)
    expect(requests[0]?.url).toBe(`https://api.acme.example/v1${url}`)
  },
)

test('an export whose ref holds several ids is one of them', async () => {
  const get = async ({ id }: { team: string; id: string }) => ({ id: id.slice(1), status: 'busy', raw: 0 })
  const client = defineVendor({ ...least, get })({ token })
  expect(await caughtError(client.get({ team: 'a', id: 'e-1' }))).toMatchObject({ code: 'wrong-job' })
})
