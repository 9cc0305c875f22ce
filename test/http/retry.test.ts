import { describe, expect, test, vi } from 'vitest'
import type { Clock } from '../../src/index.ts'
import { createVirtualClock } from '../../src/testing/index.ts'
import { caughtError } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import { sendJson, serve } from '../support/serve.ts'
import { createPlainClient, runningExport } from '../support/vendors.ts'

const running = { body: runningExport() }

/** A clock that takes no time, and remembers how long it was to sleep. */
function createHastyClock() {
  const slept: number[] = []
  const clock: Clock = { now: () => 0, sleep: async (ms) => void slept.push(ms) }
  return { clock, slept }
}

test('503, then 200, over real HTTP', async () => {
  const { origin, requests } = await serve((_, response, count) =>
    count === 1 ? response.writeHead(503).end() : sendJson(response, runningExport()),
  )
  const { clock, slept } = createHastyClock()
  const job = await createPlainClient({ baseUrl: origin, clock }).get('exp-1')
  expect(job.status).toBe('running')
  expect(requests).toHaveLength(2)
  expect(slept).toHaveLength(1)
})

test.each([[408], [425], [429], [500], [502], [503], [504], [521], [599]])(
  '%i is repeated twice',
  async (status) => {
    const { fetch, requests } = createFakeFetch({ status })
    const error = await caughtError(createPlainClient({ fetch, ...createHastyClock() }).get('exp-1'))
    expect(error).toMatchObject({ httpStatus: status, retryable: true })
    expect(requests).toHaveLength(3)
  },
)

test.each([[400], [402], [403], [404], [405], [409], [410], [412], [422], [451], [501], [505]])(
  '%i is not repeated',
  async (status) => {
    const { fetch, requests } = createFakeFetch({ status })
    await caughtError(createPlainClient({ fetch, ...createHastyClock() }).get('exp-1'))
    expect(requests).toHaveLength(1)
  },
)

test('a failure of fetch is repeated', async () => {
  const { fetch, requests } = createFakeFetch({ error: new TypeError('fetch failed') }, running)
  await createPlainClient({ fetch, ...createHastyClock() }).get('exp-1')
  expect(requests).toHaveLength(2)
})

test.each([
  ['a TypeError', new TypeError('fetch failed')],
  ['an error of any other name', new Error('socket')],
  ['a text', 'oops'],
  ['undefined at last', Object.create(null)],
])('%s of fetch is a network error', async (_, thrown) => {
  const { fetch } = createFakeFetch({ error: thrown })
  const error = await caughtError(createPlainClient({ fetch, retries: 0 }).get('exp-1'))
  expect(error).toMatchObject({ name: 'TransportError', code: 'network', retryable: true, vendor: 'tyk' })
})

test.each([
  ['CERT_HAS_EXPIRED'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['SELF_SIGNED_CERT_IN_CHAIN'],
  ['ERR_TLS_CERT_ALTNAME_INVALID'],
  ['ERR_SSL_WRONG_VERSION_NUMBER'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ['HOSTNAME_MISMATCH'],
  ['EPROTO'],
])('%s is a tls error, and for ever', async (code) => {
  const thrown = new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) })
  const { fetch, requests } = createFakeFetch({ error: thrown })
  const error = await caughtError(createPlainClient({ fetch }).get('exp-1'))
  expect(error).toMatchObject({ name: 'TransportError', code: 'tls', retryable: false })
  expect(requests).toHaveLength(1)
})

const withCode = (code: unknown, more: object = {}) => Object.assign(new Error('x'), { code, ...more })
const nested = (depth: number): Error =>
  depth === 0 ? withCode('EPROTO') : new Error('x', { cause: nested(depth - 1) })

test.each<[what: string, thrown: Error, code: string, told: RegExp]>([
  ['a code of its own', withCode('ECONNRESET'), 'network', /\(ECONNRESET\)/],
  ['a code that only ends like one of TLS', withCode('NO_CERT_X'), 'network', /\(NO_CERT_X\)/],
  ['a code in its cause', nested(1), 'tls', /\(EPROTO\)/],
  ['a code four causes down', nested(4), 'tls', /\(EPROTO\)/],
  ['a code further down', nested(5), 'network', /^[^(]*$/],
  [
    'the code of the first address',
    withCode(undefined, { errors: [withCode('EPROTO')] }),
    'tls',
    /\(EPROTO\)/,
  ],
  ['a number for a code', withCode(23, { cause: withCode('EPROTO') }), 'tls', /\(EPROTO\)/],
  ['words for a code', withCode('to HOST secret'), 'network', /^[^(]*$/],
  ['words after a code', withCode('EPROTO secret'), 'network', /^[^(]*$/],
  ['a code of 62 characters', withCode('E'.repeat(62)), 'network', /^[^(]*$/],
  ['no code, and the words of Deno', new Error('x (h): invalid peer certificate: E'), 'tls', /^[^(]*$/],
  [
    'the words of Deno in its cause',
    new Error('x', { cause: new Error('x: invalid peer certificate: E') }),
    'tls',
    /^[^(]*$/,
  ],
  ['a circle of causes', Object.assign(new Error('x'), circle()), 'network', /^[^(]*$/],
])('a failure with %s', async (_, thrown, code, told) => {
  const { fetch } = createFakeFetch({ error: thrown })
  const error = await caughtError(createPlainClient({ fetch, retries: 0 }).get('exp-1'))
  expect(error).toMatchObject({ name: 'TransportError', code })
  expect(error.message).toMatch(told)
})

function circle(): { cause: Error } {
  const error = new Error('x')
  error.cause = error
  return { cause: error }
}

test('an untrusted answer is not repeated', async () => {
  const { fetch, requests } = createFakeFetch({ text: '<p>', headers: { 'content-type': 'text/html' } })
  await caughtError(createPlainClient({ fetch }).get('exp-1'))
  expect(requests).toHaveLength(1)
})

describe('how often', () => {
  test.each([
    [{ retries: 0 }, {}, 1],
    [{ retries: 4 }, {}, 5],
    [{ retries: 4 }, { retries: 0 }, 1],
    [{ retries: 0 }, { retries: 1 }, 2],
    [{}, { retries: undefined }, 3],
  ])('client %j, get %j: %i requests', async (options, getOptions, count) => {
    const { fetch, requests } = createFakeFetch({ status: 503 })
    const client = createPlainClient({ fetch, ...createHastyClock(), ...options })
    await caughtError(client.get('exp-1', getOptions))
    expect(requests).toHaveLength(count)
  })

  test.each([[-1], [0.5], [Number.NaN], [Number.POSITIVE_INFINITY], ['2']])(
    'refuses %j in get',
    async (retries) => {
      const { fetch, requests } = createFakeFetch(running)
      const error = await caughtError(
        createPlainClient({ fetch }).get('exp-1', { retries: retries as number }),
      )
      expect(error).toMatchObject({ code: 'invalid-option' })
      expect(requests).toHaveLength(0)
    },
  )
})

test.each([
  [0, [125, 250, 500]],
  [0.5, [250, 500, 1_000]],
])('pauses twice as long each time, with dice of %d', async (dice, pauses) => {
  const random = vi.spyOn(Math, 'random').mockReturnValue(dice)
  const { clock, slept } = createHastyClock()
  const { fetch } = createFakeFetch({ status: 503 })
  await caughtError(createPlainClient({ fetch, clock, retries: 3 }).get('exp-1'))
  expect(slept).toEqual(pauses)
  random.mockRestore()
})

test('all retries are made, however many: a pause never grows beyond a minute', async () => {
  const { clock, slept } = createHastyClock()
  const { fetch, requests } = createFakeFetch({ status: 503 })
  await caughtError(createPlainClient({ fetch, clock, retries: 30 }).get('exp-1'))
  expect(requests).toHaveLength(31)
  expect(Math.max(...slept)).toBe(60_000)
})

describe('Retry-After', () => {
  test.each([[429], [503]])('of %i is slept to its end', async (status) => {
    const clock = createVirtualClock()
    const { fetch, requests } = createFakeFetch({ status, headers: { 'retry-after': '30' } }, running)
    const promise = createPlainClient({ fetch, clock }).get('exp-1')
    await clock.advance(29_999)
    expect(requests).toHaveLength(1)
    await clock.advance(1)
    await promise
    expect(requests).toHaveLength(2)
  })

  test('RateLimit counts too', async () => {
    const clock = createVirtualClock()
    const headers = { ratelimit: 'limit=100, remaining=0, reset=15' }
    const { fetch, requests } = createFakeFetch({ status: 429, headers }, running)
    const promise = createPlainClient({ fetch, clock }).get('exp-1')
    await clock.advance(14_999)
    expect(requests).toHaveLength(1)
    await clock.advance(1)
    await promise
  })

  test('a minute is slept, and no more', async () => {
    const { clock, slept } = createHastyClock()
    const askingFor = (seconds: string) =>
      createFakeFetch({ status: 503, headers: { 'retry-after': seconds } }, running)
    await createPlainClient({ ...askingFor('60'), clock }).get('exp-1')
    await caughtError(createPlainClient({ ...askingFor('61'), clock }).get('exp-1'))
    expect(slept).toEqual([60_000])
  })

  test('a long one is left to the wait', async () => {
    const { fetch, requests } = createFakeFetch({ status: 429, headers: { 'retry-after': '3600' } }, running)
    const { clock, slept } = createHastyClock()
    const error = await caughtError(createPlainClient({ fetch, clock }).get('exp-1'))
    expect(error).toMatchObject({ code: 'rate-limited', retryAfter: 3_600_000 })
    expect(requests).toHaveLength(1)
    expect(slept).toEqual([])
  })

  test.each([['-5'], ['1.5'], ['soon'], ['1e3'], ['86401'], ['99999999999999999999'], ['30, 60']])(
    '%j is nonsense',
    async (value) => {
      const { fetch } = createFakeFetch({ status: 429, headers: { 'retry-after': value } }, running)
      const { clock, slept } = createHastyClock()
      await createPlainClient({ fetch, clock }).get('exp-1')
      expect(slept).toHaveLength(1)
      expect(slept[0]).toBeLessThan(5_000)
    },
  )
})

test('a download is opened again after a 503, and authorized', async () => {
  const { fetch, requests } = createFakeFetch({ status: 503 }, { text: '[]' })
  await createPlainClient({ fetch, ...createHastyClock() }).openDownload('exp-1')
  expect(requests).toHaveLength(2)
})
