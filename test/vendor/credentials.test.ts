import { expect, test } from 'vitest'
import { defineCredentials } from '../../src/vendor/credentials.ts'
import { caughtError, everythingOf } from '../support/caught.ts'
import { createFakeFetch, type FakeAnswer } from '../support/fake-fetch.ts'

const secret = 'hush-hush-client-secret'

function create(answers: FakeAnswer[], credentials: object = { secret }) {
  const { fetch, requests } = createFakeFetch(...answers)
  const createToken = defineCredentials({
    vendor: 'acme',
    baseUrl: 'https://api.acme.example',
    what: 'the key',
    credentials: ['secret'],
    async fetchToken({ secret }, { request }) {
      const { token } = (await request({ path: '/token', json: { secret } })) as { token: string }
      return { token, lifetime: 1_000_000 }
    },
  })
  const token = createToken({ ...(credentials as { secret: string }), fetch })
  const { signal } = new AbortController()
  return { requests, ask: (refresh = false) => token({ signal, refresh }) }
}

test('a token is kept until a refresh, and all who ask share one request', async () => {
  const { ask, requests } = create([{ body: { token: 'a' } }, { body: { token: 'b' } }])
  expect(await Promise.all([ask(), ask()])).toEqual(['a', 'a'])
  expect(await ask()).toBe('a')
  expect(await ask(true)).toBe('b')
  expect(requests).toHaveLength(2)
})

test.each([[undefined], [Number.NaN], ['3600']])(
  'a token with a lifetime of %j is kept until it is refused',
  async (lifetime) => {
    const { fetch, requests } = createFakeFetch({ body: { token: 'a' } })
    const createToken = defineCredentials({
      vendor: 'acme',
      baseUrl: 'https://api.acme.example',
      what: 'the key',
      credentials: [],
      async fetchToken(_, { request }) {
        const { token } = (await request({ path: '/token' })) as { token: string }
        return { token, lifetime: lifetime as number }
      },
    })
    const token = createToken({ fetch })
    const { signal } = new AbortController()
    await token({ signal, refresh: false })
    await token({ signal, refresh: false })
    expect(requests).toHaveLength(1)
    await token({ signal, refresh: true })
    expect(requests).toHaveLength(2)
  },
)

test.each([[''], ['a\n'], [5], [null]])('an answer with the token %j is not kept', async (bad) => {
  const { ask } = create([{ body: { token: bad } }, { body: { token: 'b' } }])
  expect(await caughtError(ask())).toMatchObject({ name: 'ResponseError', code: 'unexpected-shape' })
  expect(await ask()).toBe('b')
})

test.each([[400], [401], [403], [422]])('%i means that the credentials are wrong', async (status) => {
  const { ask } = create([{ status, body: { detail: `no ${secret}` } }])
  const error = await caughtError(ask())
  expect(error).toMatchObject({
    code: 'unauthorized',
    httpStatus: status,
    problem: { detail: 'no [redacted]' },
  })
  expect(everythingOf(error)).not.toContain(secret)
})

test.each([
  [404, 'not-found'],
  [429, 'rate-limited'],
  [503, 'server-error'],
])('%i does not', async (status, code) => {
  const { ask, requests } = create([{ status }])
  expect(await caughtError(ask())).toMatchObject({ code })
  expect(requests).toHaveLength(1)
})

test('what is no answer stays what it is', async () => {
  expect(await caughtError(create([{ text: '<html>' }]).ask())).toMatchObject({ code: 'not-json' })
})

test.each([[''], [undefined], [5]])('a credential of %j is refused', (bad) => {
  expect(() => create([], { secret: bad })).toThrow(expect.objectContaining({ code: 'invalid-option' }))
})

test.each([[undefined], [{ vendor: 'acme' }], [{ vendor: 'acme', credentials: ['a'] }]])(
  'a definition of %j is refused where it is written',
  (definition) => {
    expect(() => defineCredentials(definition as never)).toThrow(
      expect.objectContaining({ code: 'invalid-option' }),
    )
  },
)
