import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { caughtError } from '../support/caught.ts'
import { readText } from '../support/read-text.ts'
import { sendJson, serve, serveRaw } from '../support/serve.ts'
import { createPlainClient, runningExport } from '../support/vendors.ts'

const head = (headers: string) => `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${headers}\r\n`
const body = JSON.stringify(runningExport())
const once = { retries: 0, timeout: 300 }

test('an answer in chunks is read, characters cut in two', async () => {
  const bytes = Buffer.from(JSON.stringify({ ...runningExport(), note: 'é€😀' }))
  const { origin } = await serve(async (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    for (const byte of bytes) response.write(Buffer.of(byte))
    response.end()
  })
  const job = await createPlainClient({ baseUrl: origin, ...once }).get('exp-1')
  expect(job.raw).toMatchObject({ note: 'é€😀' })
})

describe('what never arrives', () => {
  test('the timeout of get goes before that of the client', async () => {
    const { origin } = await serveRaw(() => {})
    const client = createPlainClient({ baseUrl: origin, retries: 0, timeout: '1h' })
    expect(await caughtError(client.get('exp-1', { timeout: '30ms' }))).toMatchObject({ code: 'timeout' })
  })

  test('each attempt has its own timeout', async () => {
    const server = await serveRaw((socket, count) => {
      if (count > 1) socket.end(`${head(`content-length: ${body.length}\r\n`)}${body}`)
    })
    const clock = { now: () => 0, sleep: async () => {} }
    const client = createPlainClient({ baseUrl: server.origin, timeout: 100, clock })
    expect(await client.get('exp-1')).toMatchObject({ status: 'running' })
    expect(server.count).toBe(2)
  })
})

describe('8 MiB', () => {
  const limit = 8 * 1024 * 1024
  const padded = (size: number) => body + ' '.repeat(size - body.length)

  test('are read', async () => {
    const { origin } = await serve((_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(padded(limit)),
    )
    const job = await createPlainClient({ baseUrl: origin, retries: 0 }).get('exp-1')
    expect(job.status).toBe('running')
  })

  test.each([
    ['plain', false],
    ['compressed', true],
  ])('and a byte are not, %s', async (_, compressed) => {
    const text = padded(limit + 1)
    const { origin, requests } = await serve((_, response) =>
      response
        .writeHead(200, {
          'content-type': 'application/json',
          ...(compressed && { 'content-encoding': 'gzip' }),
        })
        .end(compressed ? gzipSync(text) : text),
    )
    const error = await caughtError(createPlainClient({ baseUrl: origin }).get('exp-1'))
    expect(error).toMatchObject({ name: 'ResponseError', code: 'too-large', retryable: false })
    expect(requests).toHaveLength(1)
  })

  test('hold for the raw client too', async () => {
    const { origin } = await serve((_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(padded(limit + 1)),
    )
    const { api } = createPlainClient({ baseUrl: origin })
    const error = await caughtError(api.GET('/exports/{id}', { params: { path: { id: 'exp-1' } } }))
    expect(error).toMatchObject({ code: 'too-large' })
  })

  test('do not bound a download', async () => {
    const { origin } = await serve((_, response) => response.end(padded(limit + 1)))
    const { body, size } = await createPlainClient({ baseUrl: origin }).openDownload('exp-1')
    expect((await readText(body)).length).toBe(limit + 1)
    expect(size).toBe(limit + 1)
  })
})

describe('a download', () => {
  const file = (content: string, size: number) =>
    `HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n${content}`

  test('that stalls is a timeout', async () => {
    const { origin } = await serveRaw((socket) => socket.write(file('half', 8)))
    const { body } = await createPlainClient({ baseUrl: origin, timeout: 50 }).openDownload('exp-1')
    expect(await caughtError(readText(body))).toMatchObject({ name: 'TransportError', code: 'timeout' })
  })

  test('that breaks off is a network error', async () => {
    const { origin } = await serveRaw((socket) =>
      socket.write(file('half', 8), () => setImmediate(() => socket.end())),
    )
    const { body } = await createPlainClient({ baseUrl: origin, timeout: 900 }).openDownload('exp-1')
    expect(await caughtError(readText(body))).toMatchObject({ name: 'TransportError', code: 'network' })
  })

  test('may take longer than the timeout as long as something comes', async () => {
    const { origin } = await serve(async (_, response) => {
      for (let part = 0; part < 8; part++) {
        response.write(`${part}`)
        await new Promise((resolve) => setTimeout(resolve, 30))
      }
      response.end()
    })
    const { body } = await createPlainClient({ baseUrl: origin, timeout: 200 }).openDownload('exp-1')
    expect(await readText(body)).toBe('01234567')
  })

  test('that is compressed is decoded, and its size is not known', async () => {
    const { origin } = await serve((_, response) => {
      const bytes = gzipSync('the file')
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': bytes.length }).end(bytes)
    })
    const download = await createPlainClient({ baseUrl: origin }).openDownload('exp-1')
    expect(download).not.toHaveProperty('size')
    expect(await readText(download.body)).toBe('the file')
  })

  test('of nothing has an empty body', async () => {
    const { origin } = await serve((_, response) => response.writeHead(204).end())
    const { body, start } = await createPlainClient({ baseUrl: origin }).openDownload('exp-1')
    expect([await readText(body), start]).toEqual(['', 0])
  })

  test('that is cancelled lets its connection go', async () => {
    const server = await serveRaw((socket) => socket.write(file('half', 8)))
    const { body } = await createPlainClient({ baseUrl: server.origin }).openDownload('exp-1')
    await body.cancel()
    await expect.poll(() => server.sockets.size).toBe(0)
  })

  test('whose reader has gone makes no request of its own', async () => {
    const { origin, requests } = await serve((_, response) => sendJson(response, []))
    const { body } = await createPlainClient({ baseUrl: origin }).openDownload('exp-1')
    await readText(body)
    expect(requests).toHaveLength(1)
  })
})
