import type { Socket } from 'node:net'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { waitForCompletion } from '../../src/index.ts'
import { type VendorName, vendorNames, vendors } from '../support/vendors.ts'
import { endure } from './support/endure.ts'
import { serveFaulty } from './support/faulty-vendor.ts'
import { answers, head, type Reply } from './support/wire.ts'

const notJson = { name: 'ResponseError', code: 'not-json', keeps: true } as const
const network = { name: 'TransportError', code: 'network', keeps: true } as const
const tooLarge = { name: 'ResponseError', code: 'too-large' } as const

const encoded = (coding: string) => `content-encoding: ${coding}`
const half = (bytes: Uint8Array) => bytes.subarray(0, bytes.length / 2)

const encodings: [what: string, coding: string, encode: (text: string) => Uint8Array][] = [
  ['gzip', 'gzip', (text) => gzipSync(text)],
  ['deflate', 'deflate', (text) => deflateSync(text)],
  ['deflate without its frame', 'deflate', (text) => deflateRawSync(text)],
  ['Brotli', 'br', (text) => brotliCompressSync(text)],
  ['none, by name', 'identity', (text) => Buffer.from(text)],
  ['two at once', 'gzip, br', (text) => brotliCompressSync(gzipSync(text))],
]

const unreadable: Record<string, Reply> = {
  'half of a gzip': answers((status) => half(gzipSync(status)), encoded('gzip')),
  'half of a deflate': answers((status) => half(deflateSync(status)), encoded('deflate')),
  'half of a Brotli': answers((status) => half(brotliCompressSync(status)), encoded('br')),
  'gzip that does not say so': answers((status) => gzipSync(status)),
  'a coding that nobody knows': answers((status) => gzipSync(status), encoded('rot13')),
}

const mebibyte = 1024 * 1024
const spaces = Buffer.alloc(mebibyte, ' ')
const gzippedSpaces = gzipSync(Buffer.alloc(100 * mebibyte, ' '), { level: 1 })
// Two gzips in a row are one of both contents.
const gzipBomb = (status: string) => Buffer.concat([gzipSync(status), gzippedSpaces])

/** Of 100 MiB. Spaces follow the status: whoever reads to the end finds that the export is completed. */
const bombs: [bomb: string, reply: Reply, keeps: boolean][] = [
  ['100 MiB of JSON', pour, false],
  ['a gzip bomb', answers(gzipBomb, encoded('gzip')), false],
  // So small that it has come whole before it is found out.
  ['a bomb in a bomb', answers((status) => gzipSync(gzipBomb(status)), encoded('gzip, gzip')), true],
]

function pour(socket: Socket, status: string): void {
  let left = 100
  const more = () => {
    while (left > 0 && socket.writable) {
      left--
      if (!socket.write(spaces)) return
    }
  }
  socket.on('drain', more)
  socket.write(head([`content-length: ${status.length + left * mebibyte}`]) + status)
  more()
}

/** A fetch that counts what comes out of a body, decoded. */
function createCountingFetch() {
  const seen = { bytes: 0 }
  const counting: typeof fetch = async (...args) => {
    const response = await fetch(...args)
    const count = new TransformStream<Uint8Array, Uint8Array>({
      transform(part, controller) {
        seen.bytes += part.byteLength
        controller.enqueue(part)
      },
    })
    return new Response(response.body?.pipeThrough(count), response)
  }
  return { seen, fetch: counting }
}

/** A client of a vendor that sends this. */
async function serve(vendor: VendorName, reply: Reply, fetch = globalThis.fetch) {
  const server = await serveFaulty(vendor)
  server.send(reply)
  const client = vendors[vendor].create({ baseUrl: server.origin, retries: 0, rateLimit: false, fetch })
  return { server, client }
}

describe.each(vendorNames)('%s', (vendor) => {
  const { ref, completed } = vendors[vendor]
  const raw = vendor === 'didomi' ? (completed as { data: unknown[] }).data[0] : completed

  test.each(encodings)('%s is read', async (_, coding, encode) => {
    const { client } = await serve(vendor, answers(encode, encoded(coding)))
    expect(await waitForCompletion(client, ref, { timeout: 0 })).toMatchObject({ status: 'completed', raw })
  })

  test.each(encodings)(
    '%s that ends at any byte misses nothing or is an error',
    async (_, coding, encode) => {
      let length = 0
      let isWhole = false
      const cut = (status: string) => {
        const bytes = encode(status)
        isWhole = ++length === bytes.length
        return bytes.subarray(0, length)
      }
      const { server, client } = await serve(vendor, answers(cut, encoded(coding)))
      const outcomes = new Set<string>()
      while (!isWhole) {
        const { name, code, ...job } = await client.get(ref).catch((error) => error)
        outcomes.add(name === undefined ? job.status : `${name} ${code}`)
        if (name === undefined) expect(job.raw).toEqual(raw)
      }
      expect([...outcomes]).toEqual(['ResponseError not-json', 'completed'])
      await expect.poll(server.held, { interval: 1 }).toBeLessThanOrEqual(2)
    },
  )

  test.each(Object.entries(unreadable))('%s', (_, reply) => endure(vendor, { reply, ...notJson }))

  test('gzip that is none', () =>
    endure(vendor, { reply: answers((status) => status, encoded('gzip')), ...network }))

  test.each(bombs)('%s is cancelled at 8 MiB', async (_, reply, keeps) => {
    const { seen, fetch } = createCountingFetch()
    let sent = 0
    const watched: Reply = (socket, status) => {
      socket.once('close', () => {
        sent = socket.bytesWritten
      })
      reply(socket, status)
    }
    const { server, client } = await serve(vendor, watched, fetch)
    await expect(client.get(ref)).rejects.toMatchObject({ vendor, ...tooLarge })
    expect(seen.bytes).toBeGreaterThan(8 * mebibyte)
    expect(seen.bytes).toBeLessThan(9 * mebibyte)
    await expect.poll(server.held, { interval: 1 }).toBe(keeps ? 1 : 0)
    // What stands in the buffers of both ends has been sent, too.
    expect(sent).toBeLessThan(40 * mebibyte)
  })

  test.each(bombs.slice(0, 2))('%s', (_, reply, keeps) => endure(vendor, { reply, ...tooLarge, keeps }))
})
