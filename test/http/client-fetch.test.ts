import { describe, expect, test } from 'vitest'
import { createAcmeFetch } from '../support/acme-fetch.ts'
import { caughtError } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'

const token = 'acme-token-0123456789'

describe('a refusal is a response, as code that expects fetch wants it', () => {
  test.each([[400], [403], [404], [409], [501]])('%i', async (status) => {
    const { fetch } = createFakeFetch({ status, body: { detail: `no ${token}` }, headers: { 'x-a': token } })
    const response = await createAcmeFetch({ fetch, token })('/exports')
    expect([response.status, response.ok, response.headers.get('x-a')]).toEqual([status, false, '[redacted]'])
    expect(await response.json()).toEqual({ detail: 'no [redacted]' })
  })

  test('what is not read here is given as it came', async () => {
    const came = Response.json({ a: 1 })
    const init = { stream: true } as RequestInit
    expect(await createAcmeFetch({ fetch: async () => came, token })('/exports', init)).toBe(came)
  })

  test('what has no response is thrown', async () => {
    const { fetch } = createFakeFetch({ error: new TypeError('fetch failed') })
    expect(await caughtError(createAcmeFetch({ fetch, token, retries: 0 })('/exports'))).toMatchObject({
      code: 'network',
    })
  })
})

describe('credentials stay below the base URL', () => {
  const base = 'https://api.acme.example/v1'

  test.each([
    ['/exports', `${base}/exports`],
    ['/exports?a=b', `${base}/exports?a=b`],
    [`${base}/exports`, `${base}/exports`],
    [base, base],
    [`${base}?a=b`, `${base}?a=b`],
    ['/a/../exports', `${base}/exports`],
  ])('%s is below it', async (address, url) => {
    const { fetch, requests } = createFakeFetch({ body: {} })
    await createAcmeFetch({ fetch, token })(address)
    await createAcmeFetch({ fetch, token })(address.startsWith('/') ? address : new URL(address))
    expect(requests).toMatchObject([{ url }, { url }])
    expect(requests[0]?.headers).toMatchObject({ 'x-api-key': token })
  })

  test.each([
    '/..',
    '/../v2',
    '/%2e%2e/v2',
    '/.%2E/v2',
    '/a/../../v2',
    '/..\\v2',
    '//evil.example',
    '\\\\evil.example',
    'exports',
    '',
    'https://evil.example/v1',
    'https://api.acme.example.evil.example/v1',
    'https://api.acme.example:444/v1',
    'https://api.acme.example/v12',
    'https://api.acme.example/',
    'https://api.acme.example@evil.example/v1',
    'http://api.acme.example/v1',
    'https://me@api.acme.example/v1',
    'data:text/plain,a',
  ])('%j is not, and gets no request', async (address) => {
    const { fetch, requests } = createFakeFetch({ body: {} })
    const error = await caughtError(createAcmeFetch({ fetch, token })(address))
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid-option' })
    expect(requests).toHaveLength(0)
  })
})
