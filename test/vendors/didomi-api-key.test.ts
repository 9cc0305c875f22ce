import { describe, expect, test, vi } from 'vitest'
import { createDidomiClient, didomiApiKey } from '../../src/vendors/didomi.ts'
import { caughtError, everythingOf } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import { secretToken } from '../support/vendors.ts'

const ref = { exportId: 'export-1', runId: 'run-1' }
const create = (fetch: typeof globalThis.fetch, options: object = {}) =>
  createDidomiClient({ token: secretToken, organizationId: 'org-1', fetch, ...options })

describe('API key', () => {
  const secret = 'hush-hush-didomi-secret'
  const asked = { signal: new AbortController().signal, refresh: false }
  const key = (fetch: typeof globalThis.fetch, options: object = {}) =>
    didomiApiKey({ key: 'my-didomi-key', secret, fetch, ...options })

  test('posts a session and keeps it for most of an hour', async () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(0)
    const { fetch, requests } = createFakeFetch(
      { status: 201, body: { access_token: 'token-1' } },
      { status: 201, body: { access_token: 'token-2' } },
    )
    const token = key(fetch)
    expect(await Promise.all([token(asked), token(asked)])).toEqual(['token-1', 'token-1'])
    now.mockReturnValue(3_000_000)
    expect(await token(asked)).toBe('token-1')
    now.mockReturnValue(3_600_000)
    expect(await token(asked)).toBe('token-2')
    now.mockRestore()
    expect(requests).toMatchObject([{ method: 'POST', url: 'https://api.didomi.io/v1/sessions' }, {}])
    expect(JSON.parse(String(requests[0]?.body))).toEqual({ type: 'api-key', key: 'my-didomi-key', secret })
    expect(requests[0]?.headers).not.toHaveProperty('authorization')
  })

  test.each([[400], [401], [403]])('%i means that the key is wrong', async (status) => {
    const body = { code: status, name: 'BadRequest', message: `no my-didomi-key / ${secret}`, errors: {} }
    const { fetch, requests } = createFakeFetch({ status, body })
    const error = await caughtError(key(fetch)(asked))
    expect(error).toMatchObject({
      name: 'ApiError',
      code: 'unauthorized',
      httpStatus: status,
      retryable: false,
    })
    expect(error.problem).toMatchObject({ title: 'BadRequest', detail: 'no [redacted] / [redacted]' })
    expect(everythingOf(error)).not.toContain(secret)
    expect(requests).toHaveLength(1)
  })

  test('a session that fails is asked for once', async () => {
    const { fetch, requests } = createFakeFetch({ status: 503 })
    expect(await caughtError(key(fetch)(asked))).toMatchObject({ code: 'server-error' })
    expect(requests).toHaveLength(1)
  })

  test('a wrong key ends get with unauthorized, not with a refusal of the request', async () => {
    const { fetch, requests } = createFakeFetch({ status: 400, body: { code: 400, name: 'BadRequest' } })
    expect(await caughtError(create(fetch, { token: key(fetch) }).get(ref))).toMatchObject({
      code: 'unauthorized',
      httpStatus: 400,
    })
    expect(requests).toHaveLength(1)
  })

  test.each([[{ key: '' }], [{ secret: undefined }], [{ key: 5 }], [{ baseUrl: 'http://x.example' }]])(
    'refuses %j',
    (options) => {
      expect(() => key(fetch, options)).toThrow(expect.objectContaining({ code: 'invalid-option' }))
    },
  )
})
