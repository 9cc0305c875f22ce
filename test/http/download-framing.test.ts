import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { records } from '../../src/index.ts'
import { caughtError } from '../support/caught.ts'
import { readText } from '../support/read-text.ts'
import { serve, serveRaw } from '../support/serve.ts'
import { createPlainClient } from '../support/vendors.ts'

const text = '{"a":1}\n{"a":2}\n'

/** What a client makes of an answer that a server sends as it is. */
async function openRaw(...lines: (string | Uint8Array)[]) {
  const head = lines.filter((line) => typeof line === 'string').join('\r\n')
  const body = lines.find((line) => typeof line !== 'string') ?? Buffer.from(text)
  const { origin } = await serveRaw((socket) =>
    socket.end(Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body as Uint8Array])),
  )
  return createPlainClient({ baseUrl: origin, retries: 0 }).openDownload('exp-1')
}

const ok = 'HTTP/1.1 200 OK'
const length = `Content-Length: ${text.length}`

describe('a body of which the end is marked', () => {
  test.each<[what: string, lines: (string | Uint8Array)[]]>([
    ['by its length', [ok, length]],
    ['by its last chunk', [ok, 'Transfer-Encoding: chunked', Buffer.from(`10\r\n${text}\r\n0\r\n\r\n`)]],
  ])('%s', async (_, lines) => {
    const download = await openRaw(...lines)
    expect(download.isFramed).toBe(true)
    expect(await readText(download.body)).toBe(text)
  })

  test.each<[what: string, lines: (string | Uint8Array)[]]>([
    ['by its length', [ok, 'Content-Length: 99']],
    ['by its last chunk', [ok, 'Transfer-Encoding: chunked', Buffer.from(`10\r\n${text}\r\n`)]],
    ['by the length of a chunk', [ok, 'Transfer-Encoding: chunked', Buffer.from(`99\r\n${text}`)]],
    [
      'by the length of what was compressed',
      [ok, 'Content-Length: 99', 'Content-Encoding: gzip', gzipSync(text)],
    ],
  ])('is an error when it breaks off, %s', async (_, lines) => {
    const { body } = await openRaw(...lines)
    expect(await caughtError(readText(body))).toMatchObject({ name: 'TransportError', code: 'network' })
  })
})

test.each([['HTTP/1.0 200 OK'], ['HTTP/1.1 200 OK\r\nConnection: close']])(
  'a body that ends with its connection proves nothing: %j',
  async (head) => {
    const download = await openRaw(head)
    expect(download.isFramed).toBe(false)
    expect(download).not.toHaveProperty('size')
    expect(await readText(download.body)).toBe(text)
  },
)

test.each([
  ['HTTP/1.1 204 No Content', undefined],
  ['HTTP/1.1 200 OK\r\nContent-Length: 0', 0],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0', undefined],
])('an empty body: %j', async (head, size) => {
  const download = await openRaw(head, new Uint8Array())
  expect(download).toMatchObject({ isFramed: true, start: 0 })
  expect(download.size).toBe(size)
  expect(await readText(download.body)).toBe('')
})

test.each([
  ['HTTP/1.1 202 Accepted', 'HTTP 202, which has no file'],
  ['HTTP/1.1 205 Reset Content', 'HTTP 205, which has no file'],
  ['HTTP/1.1 200 OK\r\nContent-Range: bytes 0-1/500000', 'which part'],
  ['HTTP/1.1 200 OK\r\nContent-Range: bytes 5-9/10', 'which part'],
])('what is no whole file is none: %j', async (head, why) => {
  const error = await caughtError(openRaw(head, 'Content-Length: 2', new Uint8Array([91, 93])))
  expect(error.message).toContain(why)
})

test('a whole file may name its range under 200', async () => {
  const head = `${ok}\r\nContent-Range: bytes 0-${text.length - 1}/${text.length}`
  expect(await readText((await openRaw(head, length)).body)).toBe(text)
})

describe('a coding', () => {
  test.each(['identity', 'aws-chunked', '', ' ', '""', 'utf-8'])(
    'that leaves the bytes as they are: %j',
    async (coding) => {
      const download = await openRaw(
        ok,
        length,
        `Content-Encoding: ${coding}`,
        'ETag: "v1"',
        'Content-MD5: AAAAAAAAAAAAAAAAAAAAAA==',
      )
      expect(download).toMatchObject({
        size: text.length,
        etag: '"v1"',
        isFramed: true,
        digest: { algorithm: 'md5' },
      })
      expect(await readText(download.body)).toBe(text)
    },
  )

  test.each(['compress', 'foo', 'gzip, foo', 'xz'])('that no runtime takes away: %s', async (coding) => {
    const error = await caughtError(openRaw(ok, length, `Content-Encoding: ${coding}`))
    expect(error).toMatchObject({ name: 'ResponseError', code: 'unexpected-shape' })
    expect(error.message).toContain('does not decode')
  })

  const zstd = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x00, 0x41, 0x00, 0x00])

  test.each<[coding: string, body: Uint8Array]>([
    ['zstd', zstd],
    ['aws-chunked, gzip', gzipSync(text)],
  ])('that the runtime has left on the body: %s', async (coding, body) => {
    const answer = new Response(inPieces(body), { headers: { 'content-encoding': coding } })
    const client = createPlainClient({ fetch: async () => answer, retries: 0 })
    const { body: file } = await client.openDownload('exp-1')
    const error = await caughtError(readText(file))
    expect(error).toMatchObject({ name: 'ResponseError', code: 'unexpected-shape' })
    expect(error.message).toContain(coding.split(' ').at(-1))
  })

  test('that the runtime has taken away: zstd', async () => {
    const answer = new Response(inPieces(Buffer.from(text)), { headers: { 'content-encoding': 'zstd' } })
    const client = createPlainClient({ fetch: async () => answer, retries: 0 })
    expect(await readText((await client.openDownload('exp-1')).body)).toBe(text)
  })

  const inPieces = (bytes: Uint8Array) =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte))
        controller.close()
      },
    })

  test.each(['gzip', 'x-gzip', 'GZIP'])('that is taken away: %s', async (coding) => {
    const zipped = gzipSync(text)
    const head = [
      `Content-Length: ${zipped.length}`,
      `Content-Encoding: ${coding}`,
      'ETag: "v1"',
      'Content-MD5: AAAAAAAAAAAAAAAAAAAAAA==',
    ]
    const download = await openRaw(ok, ...head, zipped)
    expect(download.isFramed).toBe(true)
    for (const name of ['size', 'etag', 'digest']) expect(download).not.toHaveProperty(name)
    expect(await readText(download.body)).toBe(text)
  })

  test('that is taken away leaves no ranges', async () => {
    const { origin } = await serve((_, response) => {
      response
        .writeHead(206, { 'content-encoding': 'gzip', 'content-range': 'bytes 7-9/10' })
        .end(gzipSync('x'))
    })
    const client = createPlainClient({ baseUrl: origin, retries: 0 })
    const error = await caughtError(client.openDownload('exp-1', { range: { start: 7 } }))
    expect(error).toMatchObject({ code: 'unexpected-shape' })
  })
})

test('of a response that was made in this process nothing is known', async () => {
  const client = createPlainClient({ fetch: async () => new Response(new Blob(['[]']).stream()) })
  expect(await client.openDownload('exp-1')).not.toHaveProperty('isFramed')
})

describe('records of lines', () => {
  const read = async (framing: 'chunked' | 'close', content: string, counted: object = {}) => {
    const { origin } = await serve((request, response) => {
      if (!request.path.endsWith('/download'))
        return response.end(JSON.stringify({ id: 'exp-1', attributes: { status: 'completed', ...counted } }))
      if (framing === 'close') response.setHeader('connection', 'close').removeHeader('transfer-encoding')
      response.write(content)
      response.end()
    })
    const plain = createPlainClient({ baseUrl: origin, retries: 0 })
    const client: typeof plain = {
      ...plain,
      openDownload: async (...given) => ({ ...(await plain.openDownload(...given)), format: 'jsonl' }),
    }
    const found: unknown[] = []
    for await (const record of records(client, 'exp-1')) found.push(record)
    return found
  }

  test('whose last has no end are whole when chunked', async () => {
    expect(await read('chunked', text.trimEnd())).toEqual([{ a: 1 }, { a: 2 }])
  })

  test('that end with the connection are whole when all that were counted are there', async () => {
    expect(await read('close', text, { total_records: 2 })).toEqual([{ a: 1 }, { a: 2 }])
    expect(await caughtError(read('close', text, { total_records: 3 }))).toMatchObject({ code: 'incomplete' })
    expect(await caughtError(read('close', text))).toMatchObject({ code: 'incomplete' })
  })
})
