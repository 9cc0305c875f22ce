import { describe, expect, test } from 'vitest'
import { createVirtualClock } from '../../src/testing/index.ts'
import { caught } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import { readText } from '../support/read-text.ts'
import { sendJson, serve, serveRaw } from '../support/serve.ts'
import { createCountingSignal } from '../support/signals.ts'
import { createPlainClient, runningExport, startParams, vendorNames, vendors } from '../support/vendors.ts'

class Reason {
  readonly why = 'enough'
}

const reasons: [what: string, reason: unknown][] = [
  ['an error', new Error('enough')],
  ['a text', 'enough'],
  ['an object', new Reason()],
]

const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n'

describe.each(reasons)('for %s', (_, reason) => {
  test.each(vendorNames)('before: %s makes no request', async (vendor) => {
    const { fetch, requests } = createFakeFetch({ body: {} })
    const promise = vendors[vendor]
      .create({ fetch })
      .get(vendors[vendor].ref, { signal: AbortSignal.abort(reason) })
    expect(await caught(promise)).toBe(reason)
    expect(requests).toHaveLength(0)
  })

  test.each([
    ['the headers', ''],
    ['the body', `${head}{"id"`],
  ])('while waiting for %s', async (_, text) => {
    const controller = new AbortController()
    const server = await serveRaw((socket) => {
      if (text) socket.write(text)
      setTimeout(() => controller.abort(reason), 10)
    })
    const promise = createPlainClient({ baseUrl: server.origin }).get('exp-1', { signal: controller.signal })
    expect(await caught(promise)).toBe(reason)
    await expect.poll(() => server.sockets.size).toBe(0)
    expect(server.count).toBe(1)
  })

  test('in the queue', async () => {
    let release = () => {}
    const { fetch, requests } = createFakeFetch({ body: runningExport() })
    const slow: typeof fetch = async (...args) => {
      await new Promise<void>((resolve) => {
        release = resolve
      })
      return fetch(...args)
    }
    const client = createPlainClient({ fetch: slow, concurrency: 1 })
    const first = client.get('exp-1')
    const { controller, signal, listeners } = createCountingSignal()
    const second = caught(client.get('exp-1', { signal }))
    await new Promise((resolve) => setImmediate(resolve))
    controller.abort(reason)
    expect(await second).toBe(reason)
    release()
    await first
    expect(requests).toHaveLength(1)
    expect(listeners()).toBe(0)
  })

  test('in the pause before another attempt', async () => {
    const clock = createVirtualClock()
    const { fetch, requests } = createFakeFetch({ status: 503 })
    const controller = new AbortController()
    const promise = caught(createPlainClient({ fetch, clock }).get('exp-1', { signal: controller.signal }))
    await clock.advance(0)
    controller.abort(reason)
    expect(await promise).toBe(reason)
    await clock.advance(100_000)
    expect(requests).toHaveLength(1)
  })

  test('in a fetch that pays no heed', async () => {
    const controller = new AbortController()
    const fetch = () => new Promise<Response>(() => setTimeout(() => controller.abort(reason), 5))
    const promise = createPlainClient({ fetch }).get('exp-1', { signal: controller.signal })
    expect(await caught(promise)).toBe(reason)
  })

  test('in a download', async () => {
    const controller = new AbortController()
    const server = await serveRaw((socket) => socket.write(`${head}[{}`))
    const client = createPlainClient({ baseUrl: server.origin })
    const { body } = await client.openDownload('exp-1', { signal: controller.signal })
    const reader = body.getReader()
    await reader.read()
    const next = caught(reader.read())
    controller.abort(reason)
    expect(await next).toBe(reason)
    await expect.poll(() => server.sockets.size).toBe(0)
  })

  test('before a download that was opened is read', async () => {
    const controller = new AbortController()
    const { fetch } = createFakeFetch({ text: '[]' })
    const { body } = await createPlainClient({ fetch }).openDownload('exp-1', { signal: controller.signal })
    controller.abort(reason)
    expect(await caught(readText(body))).toBe(reason)
  })

  test('in a start', async () => {
    const controller = new AbortController()
    const { origin } = await serveRaw(() => controller.abort(reason))
    const promise = createPlainClient({ baseUrl: origin }).start(startParams, { signal: controller.signal })
    expect(await caught(promise)).toBe(reason)
  })
})

test.each([[null], [0], [''], [false]])('a reason of %j is the reason', async (reason) => {
  const { fetch } = createFakeFetch({ body: runningExport() })
  const promise = createPlainClient({ fetch }).get('exp-1', { signal: AbortSignal.abort(reason) })
  expect(await caught(promise)).toBe(reason)
})

test.each([[null], [0], ['']])('a reason of %j is the reason, for a download', async (reason) => {
  const { fetch } = createFakeFetch({ text: '[]' })
  const promise = createPlainClient({ fetch }).openDownload('exp-1', { signal: AbortSignal.abort(reason) })
  expect(await caught(promise)).toBe(reason)
})

test('an abort before a full queue is told at once', async () => {
  const client = createPlainClient({ fetch: () => new Promise(() => {}), concurrency: 1 })
  void client.get('exp-1').catch(() => {})
  await new Promise((resolve) => setImmediate(resolve))
  const promise = caught(client.get('exp-1', { signal: AbortSignal.abort('enough') }))
  const late = new Promise((resolve) => setTimeout(resolve, 100, 'late'))
  expect(await Promise.race([promise, late])).toBe('enough')
})

test('a raw call is aborted by its own signal', async () => {
  const controller = new AbortController()
  const { origin } = await serveRaw(() => controller.abort('enough'))
  const { api } = createPlainClient({ baseUrl: origin })
  const options = { params: { path: { id: 'exp-1' } }, signal: controller.signal }
  expect(await caught(api.GET('/exports/{id}', options))).toBe('enough')
})

describe('no listener is left on the signal', () => {
  test.each([
    ['a success', { body: runningExport() }],
    ['a refusal', { status: 404 }],
    ['a page', { text: '<p>' }],
    ['a failure', { error: new TypeError('x') }],
    ['a failure that is repeated', { status: 503 }],
  ])('after %s', async (_, answer) => {
    const { signal, listeners, added } = createCountingSignal()
    const clock = { now: () => 0, sleep: async () => {} }
    const client = createPlainClient({ ...createFakeFetch(answer), clock, token: async () => 'some-token' })
    await client.get('exp-1', { signal }).catch(() => {})
    expect(added()).toBeGreaterThan(0)
    expect(listeners()).toBe(0)
  })

  test('after 50 gets over real HTTP', async () => {
    const { origin } = await serve((_, response) => sendJson(response, runningExport()))
    const { signal, listeners } = createCountingSignal()
    const client = createPlainClient({ baseUrl: origin, concurrency: 5 })
    await Promise.all(Array.from({ length: 50 }, () => client.get('exp-1', { signal })))
    expect(listeners()).toBe(0)
  })

  test.each([
    ['read to its end', (body: ReadableStream<Uint8Array>) => readText(body)],
    ['cancelled', (body: ReadableStream<Uint8Array>) => body.cancel()],
  ])('after a download that is %s', async (_, end) => {
    const { signal, listeners } = createCountingSignal()
    const { fetch } = createFakeFetch({ text: '[]' })
    const { body } = await createPlainClient({ fetch }).openDownload('exp-1', { signal })
    await end(body)
    expect(listeners()).toBe(0)
  })
})
