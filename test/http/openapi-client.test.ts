import { expect, test } from 'vitest'
import { caughtError } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import { createPlainClient, runningExport, secretToken, startParams } from '../support/vendors.ts'

const clock = { now: () => 0, sleep: async () => {} }
const params = { path: { id: 'exp-1' } }

test('answers with data, over the same base URL and token', async () => {
  const { fetch, requests } = createFakeFetch({ body: runningExport() })
  const { data, error, response } = await createPlainClient({ fetch }).api.GET('/exports/{id}', { params })
  expect(data).toEqual(runningExport())
  expect(error).toBeUndefined()
  expect(response.status).toBe(200)
  expect(requests).toMatchObject([
    { url: 'https://tyk.example/api/v1/exports/exp-1', headers: { authorization: `Bearer ${secretToken}` } },
  ])
})

test('answers with error on a refusal', async () => {
  const problem = { errors: [{ title: 'Not Found', detail: `no ${secretToken}` }] }
  const { fetch } = createFakeFetch({ status: 404, body: problem })
  const { data, error, response } = await createPlainClient({ fetch }).api.GET('/exports/{id}', { params })
  expect(data).toBeUndefined()
  expect(error).toBeDefined()
  expect(JSON.stringify(error)).toContain('Not Found')
  expect(response.status).toBe(404)
})

test.each([204, 205])('answers with no data under a %i', async (status) => {
  const fetch = async () => new Response(null, { status })
  const { data, error, response } = await createPlainClient({ fetch }).api.GET('/exports/{id}', { params })
  expect([data, error, response.status]).toEqual([undefined, undefined, status])
})

test('repeats a GET, and nothing else', async () => {
  const first = createFakeFetch({ status: 503 }, { body: runningExport() })
  await createPlainClient({ ...first, clock }).api.GET('/exports/{id}', { params })
  expect(first.requests).toHaveLength(2)
  const second = createFakeFetch({ status: 503, text: '{}' }, { body: runningExport() })
  const { response } = await createPlainClient({ ...second, clock }).api.POST('/exports', {
    body: startParams,
  })
  expect(response.status).toBe(503)
  expect(second.requests).toHaveLength(1)
})

test('repeats a HEAD, too', async () => {
  const { fetch, requests } = createFakeFetch({ status: 503 }, {})
  const { api } = createPlainClient({ fetch, clock })
  await (api as unknown as { HEAD(path: string): Promise<unknown> }).HEAD('/exports')
  expect(requests.map(({ method }) => method)).toEqual(['HEAD', 'HEAD'])
})

test('sends the headers of the client, and those of the call', async () => {
  const { fetch, requests } = createFakeFetch({ body: runningExport() })
  const client = createPlainClient({ fetch, headers: { 'x-client': 'a', 'x-both': 'b' } })
  await client.api.GET('/exports/{id}', { params, headers: { 'x-call': 'c', 'x-both': 'd' } })
  expect(requests[0]?.headers).toMatchObject({ 'x-client': 'a', 'x-both': 'd', 'x-call': 'c' })
})

test.each([204, 205])('answers without data to %i', async (status) => {
  const fetch = async () => new Response(null, { status })
  const { data, error, response } = await createPlainClient({ fetch }).api.GET('/exports/{id}', { params })
  expect([data, error, response.status]).toEqual([undefined, undefined, status])
})

test('renews the token', async () => {
  const { fetch } = createFakeFetch({ status: 401 }, { body: runningExport() })
  const token = ({ refresh }: { refresh: boolean }) => (refresh ? 'new-token' : 'old-token')
  const { data } = await createPlainClient({ fetch, token }).api.GET('/exports/{id}', { params })
  expect(data).toEqual(runningExport())
})

test.each([
  ['a page', { headers: { 'content-type': 'text/html' }, text: '<p>' }],
  ['damaged JSON', { headers: { 'content-type': 'application/json' }, text: '{"half' }],
])('rejects with not-json for %s', async (_, answer) => {
  const { fetch } = createFakeFetch(answer)
  const error = await caughtError(createPlainClient({ fetch }).api.GET('/exports/{id}', { params }))
  expect(error).toMatchObject({ name: 'ResponseError', code: 'not-json' })
})

test.each([
  [
    'another base URL',
    (api: never) => call(api, '/exports/{id}', { params, baseUrl: 'https://evil.example' }),
  ],
  [
    'a base URL that only begins alike',
    (api: never) => call(api, '/exports', { baseUrl: 'https://tyk.example/api/v12' }),
  ],
  ['a path that climbs', (api: never) => call(api, '/../../etc')],
  ['an absolute path', (api: never) => call(api, '//evil.example/x', { baseUrl: 'https:' })],
])('sends nothing to %s', async (_, make) => {
  const { fetch, requests } = createFakeFetch({ body: {} })
  const error = await caughtError(make(createPlainClient({ fetch }).api as never))
  expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid-option' })
  expect(requests).toHaveLength(0)
})

test.each<[what: string, options: object]>([
  ['no parameters', {}],
  ['none of the path', { params: {} }],
  ['another', { params: { path: { run: 'a' } } }],
])('is not sent with %s in the place of the id', async (_, options) => {
  const { fetch, requests } = createFakeFetch({ body: runningExport() })
  const call = createPlainClient({ fetch }).api.GET('/exports/{id}', options as { params: typeof params })
  expect(await caughtError(call)).toMatchObject({
    name: 'ConfigurationError',
    message: 'The id for tyk is missing.',
  })
  expect(requests).toEqual([])
})

test.each([['..'], ['a/b'], [''], ['%2e%2e']])('checks the id %j', async (id) => {
  const { fetch, requests } = createFakeFetch({ body: {} })
  const { api } = createPlainClient({ fetch })
  const error = await caughtError((async () => api.GET('/exports/{id}', { params: { path: { id } } }))())
  expect(error).toMatchObject({ code: 'invalid-ref' })
  expect(requests).toHaveLength(0)
})

async function call(api: never, path: string, options: object = {}): Promise<unknown> {
  return (api as { GET(path: string, options: object): unknown }).GET(path, options)
}
