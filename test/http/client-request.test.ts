import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { resolveClientOptions } from '../../src/http/client-options.ts'
import { PlainRequest, toClientRequest } from '../../src/http/client-request.ts'
import { keepsProcessAlive, releaseProcess } from '../../src/internal/timers.ts'
import { caught } from '../support/caught.ts'
import { createForeignSignal } from '../support/foreign-signal.ts'

const settings = resolveClientOptions(
  {
    token: 'acme-token-0123456789',
    timeout: '7s',
    retries: 4,
    headers: { 'x-a': 'client', 'x-b': 'client' },
  },
  { vendor: 'acme', baseUrl: 'https://api.acme.example/v1' },
)
const make = (
  input: Parameters<typeof toClientRequest>[0],
  init?: Parameters<typeof toClientRequest>[1],
  defaults?: Parameters<typeof toClientRequest>[2],
) => toClientRequest(input, init, defaults, settings)

const url = 'https://api.acme.example/v1/a'

describe.each([
  ['a path', () => '/a'],
  ['a URL', () => new URL(url)],
  ['a plain request', () => new PlainRequest(url, {})],
  ['a Request', () => new Request(url)],
])('%s', (_, input) => {
  test('has what the client, and then the call, says', async () => {
    const bare = await make(input())
    expect(bare).toMatchObject({
      url,
      method: 'GET',
      timeout: 7_000,
      retries: 4,
      subject: 'GET /v1/a',
      body: undefined,
    })
    const { signal } = new AbortController()
    const defaults = { subject: 'export "a"', timeout: '1s', retries: 1 } as const
    expect(await make(input(), undefined, { ...defaults, signal })).toMatchObject({
      ...defaults,
      timeout: 1_000,
    })
    expect(await make(input(), { timeout: 5, retries: 0, subject: 'it' }, defaults)).toMatchObject({
      timeout: 5,
      retries: 0,
      subject: 'it',
    })
  })

  test('of the call`s headers goes before the client`s', async () => {
    const { headers } = await make(input(), { headers: { 'X-B': 'call' } })
    expect(headers).toEqual({ accept: 'application/json', 'x-a': 'client', 'x-b': 'call' })
  })

  test.each(['POST', 'put', 'PATCH', 'DELETE'])('%s is not repeated', async (method) => {
    expect(await make(input(), { method }, { retries: 3 })).toMatchObject({
      method: method.toUpperCase(),
      retries: 0,
    })
  })

  test.each([-1, 0.5, Number.NaN, '2'])('%j retries are refused', async (retries) => {
    expect(await caught(make(input(), { retries: retries as number }))).toMatchObject({
      code: 'invalid-option',
    })
  })

  test.each([0, '', null, 'text'])(
    'an abort by %j of the call`s signal, of whatever realm, is seen',
    async (reason) => {
      for (const { signal, abort } of [createForeignSignal(), own()]) {
        const request = await make(input(), undefined, { signal })
        expect(request.signal?.aborted).toBe(false)
        abort(reason)
        expect([request.signal?.aborted, request.signal?.reason]).toEqual([true, reason])
      }
    },
  )
})

function own() {
  const controller = new AbortController()
  return { signal: controller.signal, abort: (reason: unknown) => controller.abort(reason) }
}

describe.each([
  ['a path', (init: object) => ['/a', init] as const],
  ['a plain request', (init: object) => [new PlainRequest(url, init)] as const],
  ['a plain request with options', (init: object) => [new PlainRequest(url, {}), init] as const],
  ['a Request with options', (init: object) => [new Request(url), init] as const],
])('within a call, %s', (_, given) => {
  const call = { subject: 'export "a"', timeout: 1_000, retries: 1 }
  const unset = { signal: undefined, timeout: undefined, retries: undefined, subject: undefined }

  test('with options that are undefined has those of the call', async () => {
    const [input, init] = given({ ...unset, method: undefined, headers: undefined, body: undefined })
    const controller = new AbortController()
    const request = await make(input, init, { ...call, signal: controller.signal })
    expect(request).toMatchObject({ ...call, method: 'GET' })
    controller.abort('enough')
    expect(request.signal?.reason).toBe('enough')
  })

  test.each(['its own', 'the call'])('is ended by the signal of %s', async (which) => {
    for (const create of [own, createForeignSignal]) {
      const both = { 'its own': create(), 'the call': own() }
      const [input, init] = given({ signal: both['its own'].signal })
      const { signal } = await make(input, init, { ...call, signal: both['the call'].signal })
      expect(signal?.aborted).toBe(false)
      both[which as keyof typeof both].abort('enough')
      expect([signal?.aborted, signal?.reason]).toEqual([true, 'enough'])
    }
  })

  test('without a signal keeps that of the call', async () => {
    const { signal } = new AbortController()
    const [input, init] = given({ signal: null })
    const request = await make(input, init, { ...call, signal })
    if (!(input instanceof Request)) expect(request.signal).toBe(signal)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  test('with a signal of its own keeps a process running as the call does', async () => {
    for (const isReleased of [true, false]) {
      const { signal } = new AbortController()
      if (isReleased) releaseProcess(signal)
      const [input, init] = given({ signal: new AbortController().signal })
      const request = await make(input, init, { ...call, signal })
      expect(keepsProcessAlive(request.signal)).toBe(!isReleased)
    }
  })
})

test('the signal of a Request counts beside that of the call', async () => {
  const controller = new AbortController()
  const { signal } = await make(new Request(url, controller), undefined, createForeignSignal())
  controller.abort('enough')
  expect(signal?.reason).toBe('enough')
})

test.each<[what: string, body: BodyInit | null, kept: string]>([
  ['a text', 'é', 'é'],
  ['a form', new URLSearchParams({ a: 'b' }), 'a=b'],
  ['a blob', new Blob(['c']), 'c'],
  ['bytes', new TextEncoder().encode('d'), 'd'],
])('%s is kept whole, to be sent more than once', async (_, body, kept) => {
  const request = await make('/a', { method: 'POST', body })
  const text =
    typeof request.body === 'string' ? request.body : new TextDecoder().decode(request.body as ArrayBuffer)
  expect(text).toBe(kept)
})

test('the body of a Request, too', async () => {
  const request = await make(new Request(url, { method: 'POST', body: 'e' }))
  expect(new TextDecoder().decode(request.body as ArrayBuffer)).toBe('e')
})

test('to another host go neither token, nor headers of the client', async () => {
  const request = await make('https://store.example/a', { isCrossOrigin: true, stream: true })
  expect(request).toMatchObject({ url: 'https://store.example/a', headers: {}, isCrossOrigin: true })
})

test.each<[what: string, signal: unknown]>([
  ['an AbortController', new AbortController()],
  ['an object', {}],
  ['a text', 'now'],
])('%s is no signal', async (_, signal) => {
  const refused = { code: 'invalid-option', message: 'signal must be an AbortSignal.' }
  expect(await caught(make('/a', { signal } as never))).toMatchObject(refused)
})
