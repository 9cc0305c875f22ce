import { describe, expect, test, vi } from 'vitest'
import * as z from 'zod/mini'
import { type ExportJob, pollStep, startWait } from '../../src/index.ts'
import { createVirtualClock } from '../../src/testing/index.ts'
import type { VendorContext } from '../../src/vendor/context.ts'
import { defineVendor } from '../../src/vendor/define-vendor.ts'
import type { VendorDefinition } from '../../src/vendor/definition.ts'
import { type DefinedContext, defineAcme } from '../support/acme.ts'
import { caught, caughtError, everythingOf } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import { createForeignSignal } from '../support/foreign-signal.ts'
import { readText } from '../support/read-text.ts'

const token = 'acme-token-0123456789'
const busy = { id: 'e-1', state: 'busy' }
const clock = { now: () => 0, sleep: async () => {} }
const createAcme = defineAcme()

describe('the members of a client', () => {
  test('are those that the definition has', () => {
    const least = defineVendor({
      vendor: 'least',
      baseUrl: 'https://least.example',
      statuses: {},
      get: async (id: string) => ({ id, status: '', raw: null }),
    })({ token })
    expect(Object.keys(least).sort()).toEqual(['fetch', 'get', 'vendor'])
    const members = Object.keys(createAcme({ token, team: 'a' })).sort()
    expect(members).toEqual(['fetch', 'get', 'list', 'openDownload', 'start', 'vendor'])
  })

  test('show nothing of the options', () => {
    expect(everythingOf(createAcme({ token, team: 'a' }))).not.toContain(token)
  })

  test('a definition with a polluted prototype starts nothing', () => {
    const prototype = Object.prototype as unknown as Record<string, unknown>
    prototype.start = async () => 'polluted'
    try {
      const create = defineVendor({
        vendor: 'a',
        baseUrl: 'https://a.example',
        statuses: {},
        get: async () => busy as never,
      })
      expect(Object.hasOwn(create({ token }), 'start')).toBe(false)
    } finally {
      delete prototype.start
    }
  })
})

test('a factory tells whose clients it makes', () => {
  expect(createAcme.vendor).toBe('acme')
})

test('the token goes in the header of the vendor, beside those made from the options', async () => {
  const { fetch, requests } = createFakeFetch({ body: busy })
  await createAcme({ token, team: 'blue', fetch }).get('e-1')
  expect(requests[0]?.headers).toMatchObject({ 'x-api-key': token, 'x-team': 'blue' })
  expect(requests[0]?.headers).not.toHaveProperty('authorization')
  await createAcme({ token, team: undefined, fetch }).get('e-1')
  expect(requests[1]?.headers).not.toHaveProperty('x-team')
})

test('a vendor without a base URL needs one', () => {
  const create = defineVendor({
    vendor: 'a',
    statuses: {},
    get: async (id: string) => ({ id, status: '', raw: 0 }),
  })
  expect(() => create({ token } as never)).toThrow(expect.objectContaining({ code: 'invalid-option' }))
  expect(create({ token, baseUrl: 'https://a.example' }).vendor).toBe('a')
})

test.each([
  ...['busy', 'BUSY', 'Busy', ' busy\t'].map((word) => [word, 'running']),
  ...['done', 'Done'].map((word) => [word, 'completed']),
  ...['stopped', 'STOPPED'].map((word) => [word, 'canceled']),
  ...['', 'other', 'constructor', '__proto__', 'toString', 'hasOwnProperty'].map((word) => [word, 'unknown']),
])('the word %j means %s', async (state, status) => {
  const { fetch } = createFakeFetch({ body: { id: 'e-1', state } })
  expect(await createAcme({ token, fetch }).get('e-1')).toMatchObject({ status, rawStatus: state })
})

test('another vendor`s job is refused before any request, its own is taken', async () => {
  const { fetch, requests } = createFakeFetch({ body: busy })
  const client = createAcme({ token, fetch })
  const foreign = {
    vendor: 'tyk',
    id: 'e-1',
    ref: 'e-1',
    status: 'completed',
    rawStatus: '',
    raw: {},
  } as ExportJob
  for (const call of [client.get(foreign as never), client.openDownload(foreign as never)]) {
    expect(await caughtError(call)).toMatchObject({ name: 'ConfigurationError', code: 'invalid-ref' })
  }
  expect(requests).toHaveLength(0)
  const job = await client.get('e-1')
  expect(await client.get(job as never)).toMatchObject({ id: 'e-1', ref: 'e-1' })
})

test('an answer about another export is none', async () => {
  const { fetch } = createFakeFetch({ body: { ...busy, id: 'e-2' } })
  expect(await caughtError(createAcme({ token, fetch }).get('e-1'))).toMatchObject({ code: 'wrong-job' })
})

test('a ref may be an object, each of whose ids is checked', async () => {
  const { fetch, requests } = createFakeFetch({ body: { id: 'e-1', state: 'busy' } })
  const create = defineVendor({
    vendor: 'pairs',
    baseUrl: 'https://pairs.example',
    statuses: { busy: 'running' },
    async get({ team, id }: { team: string; id: string }, { request }) {
      const raw = await request({
        path: '/{team}/{id}',
        params: { team, id },
        schema: z.looseObject({ state: z.string() }),
      })
      return { id, status: raw.state, raw }
    },
  })
  const client = create({ token, fetch })
  expect(await client.get({ team: 'a b', id: 'e-1' })).toMatchObject({
    ref: { team: 'a b', id: 'e-1' },
    status: 'running',
  })
  expect(requests[0]?.url).toBe('https://pairs.example/a%20b/e-1')
  for (const ref of [{ team: '..', id: 'a' }, { team: 'a', id: 'b/c' }, { team: 'a', id: 5 }, null, 5]) {
    expect(await caughtError(client.get(ref as never))).toMatchObject({ code: 'invalid-ref' })
  }
  expect(requests).toHaveLength(1)
})

describe('what the code of a vendor makes of an odd answer', () => {
  const create = (get: VendorDefinition<string, unknown, unknown, undefined, unknown>['get']) =>
    defineVendor({
      vendor: 'acme',
      baseUrl: 'https://api.acme.example',
      statuses: { done: 'completed' },
      get,
      start: async (_: undefined, { request }) =>
        (await request<{ job: { id: string } }>({ method: 'POST', path: '/exports' })).job.id,
    })
  type Raw = { id: string; state: string; file: string; link: string }
  const requestA = (context: VendorContext) => context.request<Raw>({ path: '/exports/a' })

  test.each<[what: string, get: (context: VendorContext) => Promise<unknown>]>([
    ['a field of nothing', async (context) => (await requestA(context)).file.length],
    [
      'a second id that is missing',
      async (context) => {
        const { file } = await requestA(context)
        await context.request({ path: '/files/{file}', params: { file } })
      },
    ],
    ['a link to elsewhere', async (context) => context.request({ path: (await requestA(context)).link })],
    [
      'a page of a list',
      async (context) => {
        const read = async (_: unknown, own: VendorContext) => ({ items: [(await requestA(own)).file] })
        const list = { key: 'all', read, idOf: (file: string) => file.length }
        for await (const _ of context.readPages(list)) break
      },
    ],
  ])('%s: the answer cannot be trusted', async (_, stumble) => {
    const { fetch, requests } = createFakeFetch({
      body: { id: 'a', state: 'done', file: null, link: 'https://other.example/x' },
    })
    const get = async (id: string, context: VendorContext) => {
      await stumble(context)
      return { id, status: 'done', raw: {} }
    }
    const client = create(get)({ token, fetch })
    const error = await caughtError(client.get('a'))
    expect(error).toMatchObject({ name: 'ResponseError', code: 'unexpected-shape', vendor: 'acme' })
    expect(requests).toHaveLength(1)
    const step = await pollStep(client, startWait('a'))
    expect(step).toMatchObject({ outcome: 'waiting', error: { code: 'unexpected-shape' } })
  })

  test('of a start: something may have begun', async () => {
    const { fetch } = createFakeFetch({ body: {} })
    const client = create(async (id) => ({ id, status: 'done', raw: {} }))({ token, fetch })
    expect(await caughtError(client.start())).toMatchObject({ code: 'unexpected-shape' })
  })

  test('before there is one, and an error of its own, come out as they are', async () => {
    const { fetch } = createFakeFetch({ body: {} })
    const own = new RangeError('mine')
    const late = create(async (_, context) => {
      await requestA(context)
      throw own
    })
    expect(await caught(late({ token, fetch }).get('a'))).toBe(own)
    const early = create((_, { request }) => request({ path: '/{id}', params: { id: '..' } }) as never)
    expect(await caughtError(early({ token, fetch }).get('a'))).toMatchObject({ code: 'invalid-ref' })
    const bug = new TypeError('bug')
    const broken = create(async () => {
      throw bug
    })
    expect(await caught(broken({ token, fetch }).get('a'))).toBe(bug)
  })
})

test('an answer about another part of the ref is none', async () => {
  const { fetch } = createFakeFetch({ body: { id: '7', state: 'busy' } })
  const createClient = defineVendor({
    vendor: 'acme',
    baseUrl: 'https://api.acme.example',
    statuses: { busy: 'running' },
    async get(ref: { account: string; id: string }, { request }) {
      const raw = await request<typeof busy>({ path: '/{account}/{id}', params: ref })
      return { id: raw.id, status: raw.state, raw }
    },
  })
  const client = createClient({ token, fetch })
  expect(await caughtError(client.get({ account: '7', id: '12' }))).toMatchObject({ code: 'wrong-job' })
  expect(await client.get({ account: '12', id: '7' })).toMatchObject({ status: 'running' })
})

test('bearer may be named', async () => {
  const { fetch, requests } = createFakeFetch({ body: busy })
  const createClient = defineVendor({
    vendor: 'acme',
    baseUrl: 'https://api.acme.example',
    auth: 'bearer',
    statuses: {},
    async get(id: string, { request }) {
      const raw = await request({ path: '/exports/{id}', params: { id } })
      return { id, status: 'busy', raw }
    },
  })
  await createClient({ token, fetch }).get('e-1')
  expect(requests[0]?.headers).toMatchObject({ authorization: `Bearer ${token}` })
})

describe('start', () => {
  test.each<[started: unknown, code: string | undefined]>([
    [{ list: 'a', run: 'b' }, undefined],
    [null, 'unexpected-shape'],
  ])('may answer with a ref of several ids, not with %j', async (started, code) => {
    const createClient = defineVendor({
      vendor: 'acme',
      baseUrl: 'https://api.acme.example',
      statuses: {},
      get: async (_: { list: string; run: string }) => ({ id: 'b', status: 'done', raw: {} }),
      start: async () => started as { list: string; run: string },
    })
    const outcome = await createClient({ token })
      .start(undefined as never)
      .catch((error) => error)
    expect(code ? outcome.code : outcome).toEqual(code ?? started)
  })

  test('answers with the id', async () => {
    const { fetch, requests } = createFakeFetch({ body: { id: 'e-9' } })
    expect(await createAcme({ token, fetch }).start({ kind: 'all' })).toBe('e-9')
    expect(requests).toMatchObject([
      { method: 'POST', url: 'https://api.acme.example/v1/exports', body: '{"kind":"all"}' },
    ])
  })

  test.each([[429], [500], [503]])('is never repeated after %i', async (status) => {
    const { fetch, requests } = createFakeFetch({ status }, { body: { id: 'e-9' } })
    const error = await caughtError(createAcme({ token, fetch, retries: 5, clock }).start({ kind: 'all' }))
    expect(error).toMatchObject({ httpStatus: status })
    expect(requests).toHaveLength(1)
  })

  test.each(['start', 'cancel'] as const)('%s is never retried, even if it is a GET', async (name) => {
    const create = defineVendor({
      vendor: 'a',
      baseUrl: 'https://a.example',
      statuses: {},
      get: async (id: string) => ({ id, status: '', raw: null }),
      start: async (query: { readonly all: boolean }, { request }) =>
        ((await request({ path: '/start', query })) as { id: string }).id,
      cancel: (id, { request }) => request({ path: '/stop/{id}', params: { id } }),
    })
    const { fetch, requests } = createFakeFetch({ status: 503 })
    const client = create({ token, fetch, clock, retries: 3 })
    const options = { retries: 3 } as object
    const error = await caughtError(
      name === 'start' ? client.start({ all: true }, options) : client.cancel('e-1', options),
    )
    const subject = name === 'start' ? 'the start of an export' : 'the cancellation of export "e-1"'
    expect(error).toMatchObject({ httpStatus: 503, message: `a answered HTTP 503 for ${subject}.` })
    expect(requests).toHaveLength(1)
  })

  test.each(['', '..', 'a/b', 'x'.repeat(513)])('an id of %j tells of no export', async (id) => {
    const { fetch } = createFakeFetch({ body: { id } })
    const error = await caughtError(createAcme({ token, fetch }).start({ kind: 'all' }))
    expect(error).toMatchObject({ code: 'unexpected-shape', retryable: false })
  })
})

test('a download of its own route carries the token, one that was signed does not', async () => {
  const { fetch, requests } = createFakeFetch(
    { body: { ...busy, state: 'done', url: 'https://store.example/a.csv?sig=1' } },
    { text: 'a,b' },
  )
  const { body } = await createAcme({ token, fetch }).openDownload('e-1')
  expect(await readText(body)).toBe('a,b')
  expect(requests[1]).toMatchObject({ url: 'https://store.example/a.csv?sig=1' })
  expect(JSON.stringify(requests[1]?.headers)).not.toContain(token)
  const own = createFakeFetch({ body: { ...busy, state: 'done' } }, { text: 'c' })
  await readText((await createAcme({ token, fetch: own.fetch }).openDownload('e-1')).body)
  expect(own.requests[1]).toMatchObject({
    url: 'https://api.acme.example/v1/exports/e-1/file',
    headers: { 'x-api-key': token },
  })
})

test('its refusals read as it says', async () => {
  const body = { oops: 'too much', ref: 'r-7', forever: true }
  const { fetch, requests } = createFakeFetch({ status: 429, body })
  const error = await caughtError(createAcme({ token, fetch, clock }).get('e-1'))
  expect(error).toMatchObject({
    code: 'rate-limited',
    retryable: false,
    requestId: 'r-7',
    problem: { title: 'too much' },
  })
  expect(requests).toHaveLength(1)
})

test.each([
  ['one for all', [{ requests: 2, per: '1m' }] as const],
  [
    'one from the options',
    ({ team }: { team?: string | undefined }) => [{ requests: team ? 2 : 9, per: '1m' }] as const,
  ],
])('the published limits hold: %s', async (_, rateLimits) => {
  const clock = createVirtualClock({ auto: true })
  const { fetch } = createFakeFetch({ body: busy })
  const client = defineAcme({ rateLimits })({ token, team: 'a', fetch, clock })
  const began = clock.now()
  await Promise.all([client.get('e-1'), client.get('e-1'), client.get('e-1')])
  expect(clock.now() - began).toBeGreaterThanOrEqual(60_000)
})

test.each([[0], [''], [null], ['text'], [undefined]])(
  'an abort with %j is what comes out of every call',
  async (reason) => {
    const fetch = () => new Promise<Response>(() => {})
    const client = createAcme({ token, fetch })
    const calls = [
      (signal: AbortSignal) => client.get('e-1', { signal }),
      (signal: AbortSignal) => client.start({ kind: 'all' }, { signal }),
      (signal: AbortSignal) => client.openDownload('e-1', { signal }),
      (signal: AbortSignal) => client.list(signal),
    ]
    for (const call of calls) {
      const foreign = createForeignSignal()
      const rejected = caught(call(foreign.signal))
      await new Promise((resolve) => setImmediate(resolve))
      foreign.abort(reason)
      expect(await rejected).toBe(reason)
      expect(foreign.listeners()).toBe(0)
    }
  },
)

test('a call of a vendor may make a global Request, under a signal of another realm', async () => {
  const foreign = createForeignSignal()
  const create = defineAcme({ viaRequest: true })
  const { fetch } = createFakeFetch({ body: busy })
  expect(await create({ token, fetch }).get('e-1', { signal: foreign.signal })).toMatchObject({
    status: 'running',
  })
  expect(foreign.listeners()).toBe(0)
  const rejected = caught(
    create({ token, fetch: () => new Promise(() => {}) }).get('e-1', { signal: foreign.signal }),
  )
  await new Promise((resolve) => setImmediate(resolve))
  foreign.abort('enough')
  expect(await rejected).toBe('enough')
})

test('the functions of a vendor get the options, the base URL and what the caller gave', async () => {
  const seen = vi.fn<(context: DefinedContext) => void>()
  const { fetch } = createFakeFetch({ body: busy })
  const client = defineAcme({ seen })({ token, team: 'red', fetch, baseUrl: 'https://own.example/v2/' })
  await client.get('e-1', { timeout: '5s', retries: 1 })
  expect(seen.mock.calls[0]?.[0]).toMatchObject({
    options: { team: 'red' },
    baseUrl: 'https://own.example/v2',
    call: { timeout: '5s', retries: 1 },
  })
})

describe('a function of the definition that is not awaited', () => {
  const reject = async () => {
    throw new Error(`cannot sign with ${token}`)
  }
  const define = (member: object) =>
    defineVendor({
      vendor: 'acme',
      baseUrl: 'https://acme.example',
      statuses: { done: 'completed' },
      get: async (id: string, { request }: VendorContext) => ({
        id,
        status: 'done',
        raw: await request({ path: '/x' }),
      }),
      ...member,
    } as never) as unknown as (options: object) => { get(id: string): Promise<ExportJob> }

  test.each(['headers', 'extend'])('must not be async: %s', async (name) => {
    const create = define({ [name]: reject })
    expect(() => create({ token })).toThrow(`${name} of acme must not be async.`)
    // Node would end the process for a rejection that nobody handles.
    await new Promise((resolve) => setImmediate(resolve))
  })

  test('must not be async: auth', async () => {
    const { fetch } = createFakeFetch({ body: busy })
    const error = await caughtError(define({ auth: reject })({ token, fetch }).get('e-1'))
    expect(error).toMatchObject({ code: 'invalid-option' })
    expect(everythingOf(error)).not.toContain(token)
  })

  test('that is async does not hide a refusal: problem', async () => {
    const { fetch } = createFakeFetch({ status: 403, body: { detail: 'no' } })
    const error = await caughtError(define({ problem: reject })({ token, fetch }).get('e-1'))
    expect(error).toMatchObject({ httpStatus: 403, problem: { detail: 'no' } })
  })
})

test.each([
  [{ rateLimits: { requests: 1, per: '1s' } }, 'rateLimits of acme must be a list'],
  [{ rateLimits: null }, 'rateLimits of acme must be a list'],
  [{ download: { path: '/file' } }, 'download of acme must be a function, or { path, params }'],
])('a definition with %j is refused', (member, words) => {
  const definition = { vendor: 'acme', statuses: {}, get: async () => ({}), ...member }
  expect(() => defineVendor(definition as never)).toThrow(words)
})
