import { describe, expect, test } from 'vitest'
import { createAnacondaClient } from '../../src/vendors/anaconda.ts'
import { caughtError } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import { testFixtures } from '../support/fixtures.ts'
import { readText } from '../support/read-text.ts'
import { secretToken, uuid, vendors } from '../support/vendors.ts'

testFixtures('anaconda')

const status = `https://anaconda.com/api/audit-logs/export/${uuid}`
const running = { ...(vendors.anaconda.completed as object), status: 'running' }
const completed = (download_url?: string | null) => ({
  body: { ...(vendors.anaconda.completed as object), download_url },
})

const create = (fetch: typeof globalThis.fetch, options: object = {}) =>
  createAnacondaClient({ token: secretToken, fetch, ...options })

test('get sends the organization and the version of the API', async () => {
  const { fetch, requests } = createFakeFetch({ body: running })
  await create(fetch, { organization: 'org-9' }).get(uuid)
  await create(fetch, { apiVersion: 'v2' }).get(uuid)
  expect(requests.map(({ url }) => url)).toEqual([status, status])
  expect(requests[0]?.headers).toMatchObject({ 'x-org-name': 'org-9', 'x-api-version': 'v1' })
  expect(requests[1]?.headers).toMatchObject({
    'x-api-version': 'v2',
    authorization: `Bearer ${secretToken}`,
  })
  expect(requests[1]?.headers).not.toHaveProperty('x-org-name')
})

test.each([['a\nb'], [7], ['€']])('refuses an organization of %j', (organization) => {
  expect(() => create(fetch, { organization })).toThrow(expect.objectContaining({ code: 'invalid-option' }))
})

describe('start', () => {
  const started = { body: { anything: uuid } }

  test.each([
    [undefined, {}],
    [{}, {}],
    [
      {
        from_date: '2025-01-01T00:00:00Z',
        to_date: '2025-01-31T00:00:00Z',
        q: ['action:a,b'],
        search_operator: 'or',
      },
      {
        from_date: '2025-01-01T00:00:00Z',
        to_date: '2025-01-31T00:00:00Z',
        q: ['action:a,b'],
        search_operator: 'or',
      },
    ],
  ] as const)('posts %j as %j', async (params, body) => {
    const { fetch, requests } = createFakeFetch(started)
    expect(await create(fetch).start(params as never)).toBe(uuid)
    expect(requests).toMatchObject([{ method: 'POST', url: 'https://anaconda.com/api/audit-logs/export' }])
    expect(JSON.parse(String(requests[0]?.body))).toEqual(body)
  })

  test.each([
    ['under any key', { weird_key: uuid }, uuid],
    ['beside other texts', { message: 'started', id: uuid.toUpperCase() }, uuid.toUpperCase()],
    ['under __proto__', JSON.parse(`{"__proto__":"${uuid}"}`), uuid],
  ])('finds the id %s', async (_, body, id) => {
    expect(await create(createFakeFetch({ body }).fetch).start()).toBe(id)
  })

  test.each([
    ['no UUID', { id: 'abc' }],
    ['nothing', {}],
    ['a list', [uuid]],
    ['a UUID in a list', { ids: [uuid] }],
    ['a text', uuid],
  ])('%s is no id', async (_, body) => {
    const error = await caughtError(create(createFakeFetch({ body }).fetch).start())
    expect(error).toMatchObject({ name: 'ResponseError', code: 'unexpected-shape' })
  })

  const other = 'c9bf9e57-1685-4c89-bafb-ff5af830be8a'
  test.each([
    [{ org_id: other, job_id: uuid }],
    [{ user: other, id: uuid }],
    [{ organization: other, anything: uuid }],
    [{ a: uuid, b: other }],
  ])('of several UUIDs the one that sounds like the id is taken: %j', async (body) => {
    expect(await create(createFakeFetch({ body }).fetch).start()).toBe(uuid)
  })

  test('the UUID of the organization is not the id', async () => {
    const { fetch } = createFakeFetch({ body: { a: other, b: uuid } })
    expect(await create(fetch, { organization: other }).start()).toBe(uuid)
  })

  test.each([
    [{ from_date: 'yesterday' }],
    [{ to_date: new Date() }],
    [{ to_date: '2025-01-01' }],
    [{ q: 'action:a' }],
    [{ q: [1] }],
    [{ search_operator: 'xor' }],
    [{ fromDate: '2025-01-01T00:00:00Z' }],
    [{ from_date: '2025-01-02T00:00:00Z', to_date: '2025-01-01T00:00:00Z' }],
  ])('refuses %j before any request', async (params) => {
    const { fetch, requests } = createFakeFetch(started)
    expect(await caughtError(create(fetch).start(params as never))).toMatchObject({ code: 'invalid-option' })
    expect(requests).toHaveLength(0)
  })

  test.each([[{ status: 503 }], [{ error: new TypeError('reset') }]])(
    'is never repeated after %j',
    async (answer) => {
      const { fetch, requests } = createFakeFetch(answer)
      await caughtError(create(fetch).start())
      expect(requests).toHaveLength(1)
    },
  )
})

describe('openDownload', () => {
  const file = { headers: { 'content-type': 'application/json', 'content-length': '3' }, text: '{}\n' }

  test.each([
    ['null: its own path', null, `${status}/download`],
    ['absent: its own path', undefined, `${status}/download`],
    ['a data: URI: its own path', 'data:text/plain,x', `${status}/download`],
    ['of a scheme that only ends alike: its own path', 'xhttps://evil.example/x', `${status}/download`],
    ['relative', `/api/audit-logs/export/${uuid}/download`, `${status}/download`],
    ['absolute at the vendor', 'https://anaconda.com/files/x', 'https://anaconda.com/files/x'],
  ])('download_url %s, with the token', async (_, url, asked) => {
    const { fetch, requests } = createFakeFetch(completed(url), file)
    const download = await create(fetch, { organization: 'org-9' }).openDownload(uuid)
    expect(download).toMatchObject({ size: 3, format: 'jsonl' })
    expect(await readText(download.body)).toBe('{}\n')
    expect(requests.map((request) => request.url)).toEqual([status, asked])
    expect(requests[1]?.headers).toMatchObject({
      authorization: `Bearer ${secretToken}`,
      'x-org-name': 'org-9',
    })
  })

  test.each([
    ['https://bucket.example/x?X-Amz-Signature=1'],
    ['//bucket.example/x'],
    ['https://anaconda.com:8443/x'],
    ['https://files.anaconda.com/x'],
    ['https://anaconda.com.evil.example/x'],
  ])('no credential goes to %s', async (url) => {
    const { fetch, requests } = createFakeFetch(completed(url), file)
    const options = { organization: 'org-9', headers: { 'x-mine': 'my-header-value' } }
    await create(fetch, options).openDownload(uuid, { range: { start: 1 } })
    expect(requests[1]?.url).toBe(new URL(url, 'https://anaconda.com/').href)
    expect(requests[1]?.headers).toEqual({ range: 'bytes=1-' })
    expect(JSON.stringify(requests[1])).not.toContain(secretToken)
  })

  test.each([
    ['http://bucket.example/x'],
    ['http://anaconda.com/x'],
    ['https://10.1.2.3/x'],
    ['https://127.0.0.1/x'],
    ['https://localhost/x'],
    ['https://169.254.169.254/latest/meta-data'],
    ['https://[::1]/x'],
    ['https://user:pass@bucket.example/x'],
  ])('%s is not followed', async (url) => {
    const { fetch, requests } = createFakeFetch(completed(url), file)
    const client = create(fetch)
    const job = await client.get(uuid)
    expect(job).toMatchObject({ status: 'completed', download: { format: 'jsonl' } })
    expect(job).not.toHaveProperty('download.url')
    await client.openDownload(job)
    expect(requests.map(({ url }) => url)).toEqual([status, `${status}/download`])
  })

  test('a job is not asked about again', async () => {
    const { fetch, requests } = createFakeFetch(completed(null), file)
    const client = create(fetch)
    await client.openDownload(await client.get(uuid))
    expect(requests.map(({ url }) => url)).toEqual([status, `${status}/download`])
  })

  test('of an export that is not completed is for the vendor to refuse', async () => {
    const { fetch, requests } = createFakeFetch({ body: running }, { status: 409 })
    expect(await caughtError(create(fetch).openDownload(uuid))).toMatchObject({ httpStatus: 409 })
    expect(requests.map(({ url }) => url)).toEqual([status, `${status}/download`])
  })

  test('a bad range is refused before any request', async () => {
    const { fetch, requests } = createFakeFetch(completed(null), file)
    const error = await caughtError(create(fetch).openDownload(uuid, { range: { start: -1 } }))
    expect(error).toMatchObject({ code: 'invalid-option' })
    expect(requests).toHaveLength(0)
  })
})
