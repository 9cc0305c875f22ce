import { describe, expect, test, vi } from 'vitest'
import { anacondaServiceAccount, createAnacondaClient } from '../../src/vendors/anaconda.ts'
import { caughtError, everythingOf } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import { secretToken, uuid } from '../support/vendors.ts'

const create = (fetch: typeof globalThis.fetch, options: object = {}) =>
  createAnacondaClient({ token: secretToken, fetch, ...options })

describe('service account', () => {
  const clientSecret = 'hush-hush-client-secret'
  const asked = { signal: new AbortController().signal, refresh: false }
  const issued = (token: string, expires_in?: number) => ({
    body: { access_token: token, token_type: 'bearer', ...(expires_in !== undefined && { expires_in }) },
  })
  const account = (fetch: typeof globalThis.fetch, options: object = {}) =>
    anacondaServiceAccount({ clientId: 'my-client', clientSecret, fetch, ...options })

  test('goes over plain http to another machine only where that is allowed, and can be watched', async () => {
    const baseUrl = 'http://anaconda.example'
    const { fetch } = createFakeFetch(issued('token-1'))
    expect(() => account(fetch, { baseUrl })).toThrow(/allowHttp/)
    const events: unknown[] = []
    const onRequest = (event: unknown) => events.push(event)
    expect(await account(fetch, { baseUrl, allowHttp: true, onRequest })(asked)).toBe('token-1')
    expect(events).toEqual([
      expect.objectContaining({ vendor: 'anaconda', method: 'POST', path: '/api/iam/token', status: 200 }),
    ])
    expect(JSON.stringify(events)).not.toContain(clientSecret)
  })

  test('posts a form', async () => {
    const { fetch, requests } = createFakeFetch(issued('token-1', 900))
    expect(await account(fetch)(asked)).toBe('token-1')
    expect(requests).toMatchObject([{ method: 'POST', url: 'https://anaconda.com/api/iam/token' }])
    expect(requests[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(requests[0]?.headers).not.toHaveProperty('authorization')
    expect(Object.fromEntries(new URLSearchParams(String(requests[0]?.body)))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'my-client',
      client_secret: clientSecret,
    })
  })

  test('special characters survive the form', async () => {
    const { fetch, requests } = createFakeFetch(issued('token-1'))
    await account(fetch, { clientSecret: 'a+b&c=d é%' })(asked)
    expect(new URLSearchParams(String(requests[0]?.body)).get('client_secret')).toBe('a+b&c=d é%')
  })

  test.each([
    ['stated', 900],
    ['assumed', undefined],
  ])('keeps the token for most of its %s 15 minutes', async (_, expiresIn) => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(0)
    const { fetch, requests } = createFakeFetch(issued('token-1', expiresIn), issued('token-2', expiresIn))
    const token = account(fetch)
    expect(await token(asked)).toBe('token-1')
    now.mockReturnValue(809_999)
    expect(await token(asked)).toBe('token-1')
    // Nine tenths of it.
    now.mockReturnValue(810_000)
    expect(await token(asked)).toBe('token-2')
    expect(requests).toHaveLength(2)
    now.mockRestore()
  })

  test('fetches once for all who ask at the same time, and again on refresh', async () => {
    const { fetch, requests } = createFakeFetch(issued('token-1', 900), issued('token-2', 900))
    const token = account(fetch)
    expect(new Set(await Promise.all(Array.from({ length: 20 }, () => token(asked))))).toEqual(
      new Set(['token-1']),
    )
    expect(requests).toHaveLength(1)
    expect(await token({ ...asked, refresh: true })).toBe('token-2')
    expect(await token(asked)).toBe('token-2')
    expect(requests).toHaveLength(2)
  })

  test('one who gives up does not take the token from the others', async () => {
    const { fetch } = createFakeFetch(issued('token-1', 900))
    const token = account(fetch)
    const controller = new AbortController()
    const impatient = token({ signal: controller.signal, refresh: false })
    const patient = token(asked)
    controller.abort('enough')
    await expect(impatient).rejects.toBe('enough')
    expect(await patient).toBe('token-1')
  })

  test('a failed fetch is not kept', async () => {
    const { fetch } = createFakeFetch({ status: 401, body: { detail: 'no' } }, issued('token-1'))
    const token = account(fetch)
    expect(await caughtError(token(asked))).toMatchObject({ code: 'unauthorized' })
    expect(await token(asked)).toBe('token-1')
  })

  test.each([[400], [401], [403]])('%i means that the credentials are wrong', async (status) => {
    const detail = `bad client my-client ${clientSecret}`
    const { fetch, requests } = createFakeFetch({ status, body: { detail } })
    const error = await caughtError(account(fetch)(asked))
    expect(error).toMatchObject({
      name: 'ApiError',
      code: 'unauthorized',
      httpStatus: status,
      retryable: false,
    })
    expect(error.problem.detail).toContain('bad client')
    expect(everythingOf(error)).not.toContain(clientSecret)
    expect(requests).toHaveLength(1)
  })

  test.each([
    [404, 'not-found'],
    [429, 'rate-limited'],
    [503, 'server-error'],
  ])('%i says nothing of the credentials, and is asked once', async (status, code) => {
    const { fetch, requests } = createFakeFetch({ status })
    expect(await caughtError(account(fetch)(asked))).toMatchObject({ code, httpStatus: status })
    expect(requests).toHaveLength(1)
  })

  test.each([
    ['a page', { headers: { 'content-type': 'text/html' }, text: '<p>' }, 'not-json'],
    ['no token', { body: { token_type: 'bearer' } }, 'unexpected-shape'],
    ['a token that is no text', { body: { access_token: 5 } }, 'unexpected-shape'],
  ])('%s is no token', async (_, answer, code) => {
    expect(await caughtError(account(createFakeFetch(answer).fetch)(asked))).toMatchObject({ code })
  })

  test.each([
    [{ clientId: '' }],
    [{ clientSecret: undefined }],
    [{ clientSecret: 7 }],
    [{ baseUrl: 'http://x.example' }],
  ])('refuses %j', (options) => {
    expect(() => account(fetch, options)).toThrow(expect.objectContaining({ code: 'invalid-option' }))
  })

  test('in a client: a token that dies is renewed once, and what goes wrong tells no secret', async () => {
    const refused = { status: 401, body: { detail: `expired: token-number-1 ${clientSecret}` } }
    const { fetch, requests } = createFakeFetch(
      issued('token-number-1', 900),
      refused,
      issued('token-number-2', 900),
      { status: 403, body: { detail: 'token-number-2 may not' } },
    )
    const client = create(fetch, { token: account(fetch) })
    const error = await caughtError(client.get(uuid))
    expect(error).toMatchObject({ code: 'forbidden', problem: { detail: '[redacted] may not' } })
    expect(everythingOf([error, client])).not.toContain('token-number')
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([
      undefined,
      'Bearer token-number-1',
      undefined,
      'Bearer token-number-2',
    ])
  })
})
