import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { type Update, waitForCompletion } from '../../src/index.ts'
import { type VendorName, vendorNames, vendors } from '../support/vendors.ts'
import { naiveClock } from '../wait/world.ts'
import { endure } from './support/endure.ts'
import { serveFaulty } from './support/faulty-vendor.ts'
import { watchRejections } from './support/floating.ts'
import { chunks, head, whole } from './support/wire.ts'

type End = [end: string, cut: (socket: Socket) => void]

const ends: End[] = [
  ['FIN', (socket) => socket.end()],
  ['a reset', (socket) => socket.resetAndDestroy()],
]

/** A way to tell where a body ends. */
interface Framing {
  framing: string
  headers: (text: string) => string[]
  body: (text: string) => string
  /** Node takes the end of the connection, a reset too, for the end of the body. */
  isLenient: boolean
}

const plain = (text: string) => text
const inChunks = (text: string) => `${chunks(text)}0\r\n\r\n`
const chunked = 'transfer-encoding: chunked'
const lengthOf = (text: string) => `content-length: ${text.length}`
const close = 'connection: close'

const untilClosed: Framing = { framing: 'until closed', headers: () => [], body: plain, isLenient: true }
const counted: Framing = {
  framing: 'Content-Length',
  headers: (text) => [lengthOf(text)],
  body: plain,
  isLenient: false,
}
const framings: Framing[] = [
  counted,
  { ...counted, framing: 'Content-Length, closed', headers: (text) => [lengthOf(text), close] },
  { framing: 'chunks', headers: () => [chunked], body: inChunks, isLenient: false },
  { framing: 'chunks, closed', headers: () => [chunked, close], body: inChunks, isLenient: true },
  untilClosed,
]

/** Serves an answer that says completed, and breaks off at a byte that the test sets. */
async function serveCut(vendor: VendorName, { headers, body }: Framing, [, end]: End) {
  const server = await serveFaulty(vendor)
  // Without the spaces at its end it is still whole.
  const text = `${server.texts.completed}  `
  const wire = head(headers(text)) + body(text)
  const cut = { at: 0 }
  server.send((socket) => {
    if (cut.at === 0) end(socket)
    else socket.write(wire.slice(0, cut.at), () => setImmediate(() => end(socket)))
  })
  const client = vendors[vendor].create({ baseUrl: server.origin, retries: 0, rateLimit: false })
  const bodyAt = wire.indexOf('\r\n\r\n') + 4
  return { server, client, cut, bodyAt, endsAt: wire.lastIndexOf('}') + 1, length: wire.length }
}

/** Asks once for each byte at which the answer may break off, and checks what comes of it. */
async function cutAll(
  { server, client, cut }: Awaited<ReturnType<typeof serveCut>>,
  ref: unknown,
  [from, to]: [number, number],
  expected: (at: number) => string,
): Promise<void> {
  const floating = watchRejections()
  for (cut.at = from; cut.at < to; cut.at++) {
    const { status, name, code } = await client.get(ref).catch((error) => error)
    expect([cut.at, status ?? `${name} ${code}`]).toEqual([cut.at, expected(cut.at)])
  }
  await expect.poll(server.held, { interval: 1 }).toBe(0)
  expect(await floating()).toEqual([])
}

const moments: [moment: string, part: number][] = [
  ['before the head', 0],
  ['in the head', 0.1],
  ['in the body', 0.9],
]

const network = 'TransportError network'
const notJson = 'ResponseError not-json'

describe.each(vendorNames)('%s', (vendor) => {
  const { ref } = vendors[vendor]

  describe.each(moments)('%s', (_, part) => {
    test.each(ends)('%s', (_, end) =>
      endure(vendor, {
        reply(socket, status) {
          const answer = whole(status)
          socket.write(answer.subarray(0, answer.length * part), () => setImmediate(() => end(socket)))
        },
        name: 'TransportError',
        code: 'network',
      }),
    )
  })

  test.each(ends)('%s before and at every byte of the head', async (...end) => {
    const served = await serveCut(vendor, counted, end)
    await cutAll(served, ref, [0, served.bodyAt], () => network)
  })

  describe.each(framings)('$framing', (framing) => {
    test.each(ends)('%s at every byte of the body', async (...end) => {
      const served = await serveCut(vendor, framing, end)
      const { bodyAt, endsAt, length } = served
      await cutAll(served, ref, [bodyAt, length], (at) => {
        if (!framing.isLenient) return network
        return at < endsAt ? notJson : 'completed'
      })
    })
  })

  test.each(ends)('a wait outlasts %s at every byte', async (...end) => {
    const { client, cut, bodyAt, endsAt } = await serveCut(vendor, untilClosed, end)
    const seen: Update['type'][] = []
    const job = await waitForCompletion(client, ref, {
      clock: naiveClock(),
      schedule: () => 1_000,
      notFoundGrace: '1h',
      onUpdate({ type }) {
        seen.push(type)
        cut.at++
      },
    })
    expect(job.status).toBe('completed')
    expect(cut.at).toBe(endsAt + 1)
    expect(seen).toEqual([...Array(endsAt).fill('poll-failed'), 'job'])
    expect(bodyAt).toBeLessThan(endsAt)
  })
})
