import { describe, expect, test } from 'vitest'
import { createLoyaltyDogClient } from '../../src/vendors/loyaltydog.ts'
import { caught, caughtError } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import { readText } from '../support/read-text.ts'
import { createPlainClient, secretToken } from '../support/vendors.ts'

const page = { name: 'ResponseError', code: 'unexpected-shape', retryable: false }

/** A client whose download is these chunks, and whether what was left of them was let go of. */
function createClient(chunks: string[], answer: ResponseInit = {}) {
  const left = [...chunks]
  const seen = { cancelled: false }
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = left.shift()
        if (chunk === undefined) return controller.close()
        controller.enqueue(Buffer.from(chunk, 'latin1'))
      },
      cancel() {
        seen.cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { client: createPlainClient({ fetch: async () => new Response(body, answer), retries: 0 }), seen }
}

const mark = '\u00ef\u00bb\u00bf'

describe('what begins as a page', () => {
  test.each([
    [['<html>']],
    [['<?xml version="1.0"?>', '<Error/>']],
    [['<', '!DOCTYPE html>']],
    [[' \r\n\t<p>']],
    [[`${mark}<p>`]],
    [[...mark, ' ', '\n', '', '<', 'p>']],
  ])('%j is no file, whatever it is said to be, and is let go of', async (chunks) => {
    const { client, seen } = createClient(chunks, { headers: { 'content-type': 'application/json' } })
    const { body } = await client.openDownload('exp-1')
    expect(await caughtError(readText(body))).toMatchObject(page)
    await expect.poll(() => seen.cancelled).toBe(true)
  })

  test.each([
    [['[{"html":"<p>"}]']],
    [['a,b\n<p>,<p>\n']],
    [['', ' ', '[', '<']],
    [[`${mark}a,b\n`]],
    [['  \n', '\t']],
    [[]],
  ])('%j does not', async (chunks) => {
    const { client, seen } = createClient(chunks)
    const { body } = await client.openDownload('exp-1')
    const bytes = Buffer.from(await new Response(body).arrayBuffer())
    expect(bytes.toString('latin1')).toBe(chunks.join(''))
    expect(seen.cancelled).toBe(false)
  })

  test('in the middle of a file is of the file', async () => {
    const answer = { status: 206, headers: { 'content-range': 'bytes 7-9/10' } }
    const { client } = createClient(['<p>'], answer)
    const { body } = await client.openDownload('exp-1', { range: { start: 7 } })
    expect(await readText(body)).toBe('<p>')
  })

  test('at the beginning of a part that begins the file is none', async () => {
    const { client } = createClient(['<p>'], { status: 206, headers: { 'content-range': 'bytes 0-2/10' } })
    const { body } = await client.openDownload('exp-1', { range: { start: 0, end: 2 } })
    expect(await caughtError(readText(body))).toMatchObject(page)
  })

  test.each([[200], [206]])('by its type is refused before it is read, under %i', async (status) => {
    const headers = { 'content-type': ' text/html', 'content-range': 'bytes 7-9/10' }
    const { client, seen } = createClient(['{}'], { status, headers })
    expect(await caughtError(client.openDownload('exp-1', { range: { start: 7 } }))).toMatchObject(page)
    expect(seen.cancelled).toBe(true)
  })
})

describe('a part that does not say where it begins', () => {
  const open = (...statuses: number[]) => {
    const ranges: (string | null)[] = []
    const fetch = async (_: unknown, init?: RequestInit) => {
      ranges.push(new Headers(init?.headers).get('range'))
      return new Response('[]', { status: statuses.shift() as number })
    }
    const client = createPlainClient({ fetch, retries: 0, concurrency: 1 })
    return { opening: client.openDownload('exp-1', { range: { start: 7 }, ifMatch: '"v1"' }), ranges }
  }

  test('is exchanged for the whole, once', async () => {
    const { opening, ranges } = open(206, 200)
    const { start, body } = await opening
    expect({ start, text: await readText(body), ranges }).toEqual({
      start: 0,
      text: '[]',
      ranges: ['bytes=7-', null],
    })
  })

  test('is refused where the whole does not come either', async () => {
    const { opening, ranges } = open(206, 206)
    expect(await caughtError(opening)).toMatchObject(page)
    expect(ranges).toEqual(['bytes=7-', null])
  })
})

test('a part that nobody asked for is not taken for the whole', async () => {
  const { client, seen } = createClient(['[]'], { status: 206, headers: { 'content-range': 'bytes 0-1/2' } })
  const error = await caughtError(client.openDownload('exp-1'))
  expect(error).toMatchObject({ ...page, vendor: 'tyk' })
  expect(error.message).toContain('which part')
  expect(seen.cancelled).toBe(true)
})

test.each([
  ['data:text/csv;base64,YSxiCjEsMgo=', 'a,b\n1,2\n'],
  ['data:application/json,%5B%22%C3%A9%22%5D', '["é"]'],
  ['data:text/csv,', ''],
])('%s has come whole: its size is known', async (url, text) => {
  const { fetch } = createFakeFetch({ body: { taskId: 'task-1', status: 'success', downloadUrl: url } })
  const both: typeof fetch = (input, init) =>
    String(input).startsWith('data:') ? globalThis.fetch(input, init) : fetch(input, init)
  const client = createLoyaltyDogClient({ token: secretToken, fetch: both })
  for (const options of [{}, { range: { start: 3 }, ifMatch: '"v1"' }]) {
    const download = await client.openDownload('task-1', options)
    expect(download).toMatchObject({ start: 0, size: Buffer.byteLength(text) })
    expect(download).not.toHaveProperty('etag')
    expect(await readText(download.body)).toBe(text)
  }
})

describe('a data: URI', () => {
  const open = (url: string, signal?: AbortSignal) => {
    const { fetch, requests } = createFakeFetch({
      body: { taskId: 'task-1', status: 'success', downloadUrl: url },
    })
    const client = createLoyaltyDogClient({ token: secretToken, fetch })
    return { opening: client.openDownload('task-1', { signal }), requests }
  }

  test.each(['data:text/csv;base64,a', 'data:text/csv'])(
    'that cannot be read is no file: %j',
    async (url) => {
      const { opening, requests } = open(url)
      expect(await caughtError(opening)).toMatchObject({ ...page, vendor: 'loyaltydog' })
      expect(requests).toHaveLength(1)
    },
  )

  test('that holds a page is no file', async () => {
    const { body } = await open('data:text/csv,%3Chtml%3E').opening
    expect(await caughtError(readText(body))).toMatchObject(page)
  })

  test('is read no more after an abort', async () => {
    const controller = new AbortController()
    const { body } = await open('data:text/csv,a', controller.signal).opening
    controller.abort('enough')
    expect(await caught(readText(body))).toBe('enough')
  })
})

test('the hash that a server tells comes along', async () => {
  const { client } = createClient(['[]'], { headers: { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' } })
  const { digest } = await client.openDownload('exp-1')
  expect(digest).toEqual({ algorithm: 'md5', value: 'AAAAAAAAAAAAAAAAAAAAAA==' })
})
