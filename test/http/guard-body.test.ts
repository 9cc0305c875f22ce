import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { describe, expect, onTestFinished, test } from 'vitest'
import { records } from '../../src/index.ts'
import { caught, caughtError } from '../support/caught.ts'
import { readText } from '../support/read-text.ts'
import { createPlainClient } from '../support/vendors.ts'

/** A body that never ends, or fails after its first piece. */
const endless = (error?: Error) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('[1,'))
      if (error) controller.error(error)
    },
  })

describe('a place among the downloads is given back', () => {
  const open = (bodies: (() => ReadableStream<Uint8Array>)[], signal?: AbortSignal) => {
    const fetch = async () => new Response((bodies.shift() ?? endless)())
    const client = createPlainClient({ fetch, concurrency: 1, retries: 0, timeout: '1s' })
    return { client, first: client.openDownload('exp-1', { signal }) }
  }

  test.each<
    [
      what: string,
      body: () => ReadableStream<Uint8Array>,
      end: (body: ReadableStream<Uint8Array>, controller: AbortController) => unknown,
    ]
  >([
    ['read to its end', () => new Blob(['[]']).stream(), (body) => readText(body)],
    ['cancelled', endless, (body) => body.cancel()],
    [
      'aborted while it is read',
      endless,
      (body, controller) => {
        const reading = readText(body)
        controller.abort('enough')
        return expect(reading).rejects.toBe('enough')
      },
    ],
    ['aborted, and read by nobody', endless, (_, controller) => controller.abort('enough')],
    ['broken', () => endless(new Error('x')), (body) => caughtError(readText(body))],
    ['a page', () => new Blob(['<html>']).stream(), (body) => caughtError(readText(body))],
  ])('by one that is %s', async (_, body, end) => {
    const controller = new AbortController()
    const { client, first } = open([body], controller.signal)
    const opened = await first
    let isOpen = false
    const second = client.openDownload('exp-1').then((download) => {
      isOpen = true
      return download
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(isOpen).toBe(false)
    await end(opened.body, controller)
    await (await second).body.cancel()
  })

  test('by one that is aborted while it begins, by a callback of the request', async () => {
    const controller = new AbortController()
    const client = createPlainClient({
      fetch: async () => new Response(endless()),
      concurrency: 1,
      onRequest: () => controller.abort(0),
    })
    expect(await caught(client.openDownload('exp-1', { signal: controller.signal }))).toBe(0)
    await (await client.openDownload('exp-1')).body.cancel()
  })

  test('and polls do not wait for it', async () => {
    const job = { id: 'exp-1', attributes: { status: 'processing' } }
    const fetch = async (url: unknown) =>
      String(url).endsWith('/download') ? new Response(endless()) : Response.json(job)
    const client = createPlainClient({ fetch: fetch as typeof globalThis.fetch, concurrency: 1 })
    const { body } = await client.openDownload('exp-1')
    expect(await client.get('exp-1')).toMatchObject({ status: 'running' })
    await body.cancel()
  })
})

test('a body that is idle for too long is a timeout', async () => {
  const client = createPlainClient({ fetch: async () => new Response(endless()), timeout: 50 })
  const { body } = await client.openDownload('exp-1')
  expect(await caughtError(readText(body))).toMatchObject({ name: 'TransportError', code: 'timeout' })
})

test('a signal that has no throwIfAborted will do', async () => {
  const controller = new AbortController()
  Object.defineProperty(controller.signal, 'throwIfAborted', { value: undefined })
  const client = createPlainClient({ fetch: async () => new Response(endless()) })
  const { body } = await client.openDownload('exp-1', { signal: controller.signal })
  controller.abort('enough')
  expect(await caught(readText(body))).toBe('enough')
  expect(await caught(client.openDownload('exp-1', { signal: controller.signal }))).toBe('enough')
})

describe('under msw in process, where cancel() never settles,', () => {
  function createClient(answer: () => Response) {
    const server = setupServer(
      http.get('https://tyk.example/api/v1/exports/exp-1', () =>
        HttpResponse.json({ id: 'exp-1', attributes: { status: 'completed' } }),
      ),
      http.get('https://tyk.example/api/v1/exports/exp-1/download', answer),
    )
    server.listen()
    onTestFinished(() => server.close())
    return createPlainClient({ retries: 0 })
  }

  const lines = () =>
    new HttpResponse(
      new ReadableStream({
        pull(controller) {
          controller.enqueue(new TextEncoder().encode('[{"a":1},{"a":2},'))
        },
      }),
    )

  test('`break` ends the reading', async () => {
    for await (const record of records(createClient(lines), 'exp-1')) {
      expect(record).toEqual({ a: 1 })
      break
    }
  })

  test('an abort ends the reading', async () => {
    const controller = new AbortController()
    const client = createClient(() => new HttpResponse(endless()))
    const { body } = await client.openDownload('exp-1', { signal: controller.signal })
    const reading = readText(body)
    setImmediate(() => controller.abort(null))
    expect(await caught(reading)).toBe(null)
  })

  test('a redirect is told as one', async () => {
    const client = createClient(() => HttpResponse.redirect('https://elsewhere.example/', 302))
    expect(await caughtError(client.openDownload('exp-1'))).toMatchObject({
      name: 'TransportError',
      code: 'redirect',
    })
  })

  test('a page is told as one', async () => {
    const { body } = await createClient(() => new HttpResponse('<html>')).openDownload('exp-1')
    expect(await caughtError(readText(body))).toMatchObject({ code: 'unexpected-shape' })
  })
})
