import { describe, expect, test } from 'vitest'
import { waitForCompletion } from '../../src/index.ts'
import { vendorNames, vendors } from '../support/vendors.ts'
import { naiveClock, waitErrorOf } from '../wait/world.ts'
import { endure } from './support/endure.ts'
import { serveFaulty } from './support/faulty-vendor.ts'
import { chunks, ends, head, type Make, type Reply, sends, whole } from './support/wire.ts'

const network = { name: 'TransportError', code: 'network' } as const
const notJson = { name: 'ResponseError', code: 'not-json' } as const

const length = (...lengths: (number | string)[]) => head(lengths.map((each) => `content-length: ${each}`))
const chunked = head(['transfer-encoding: chunked'])
const both: Make = (s) => head([`content-length: ${s.length}`, 'transfer-encoding: chunked']) + chunks(s)
/** A sound answer in which one thing is put in the place of another. */
const but = (text: string, other: string) => ends((s) => whole(s).toString().replace(text, other))

const refused: Record<string, Reply> = {
  'a Content-Length that is too long': ends((s) => length(s.length + 9) + s),
  'the same Content-Length twice': sends((s) => length(s.length, s.length) + s),
  'two that differ': sends((s) => length(s.length, 4) + s),
  'two in one header': sends((s) => length(`${s.length}, ${s.length}`) + s),
  'a negative one': sends((s) => length(-1) + s),
  'one that is no number': sends((s) => length('all') + s),
  'one beyond 2^64': sends((s) => length('9'.repeat(30)) + s),
  'a Content-Length and chunks': sends((s) => `${both(s)}0\r\n\r\n`),
  'a chunk whose size is no number': sends((s) => `${chunked}zz\r\n${s}\r\n0\r\n\r\n`),
  'a chunk that is longer than its size': sends((s) => `${chunked}4\r\n${s}\r\n0\r\n\r\n`),
  'a chunk of 2^64 bytes': sends((s) => `${chunked}1${'0'.repeat(16)}\r\n${s}`),
  'no HTTP: words': ends(() => 'hello\r\n\r\n'),
  'no HTTP: a greeting of SSH': sends(() => 'SSH-2.0-OpenSSH_9.2p1\r\n'),
  'no HTTP: an alert of TLS': sends(() => Buffer.from('15030100020246', 'hex')),
  'no HTTP: zeros': sends(() => new Uint8Array(512)),
  'no HTTP: JSON without a head': sends((s) => s),
  'another HTTP': but('HTTP/1.1', 'HTTP/9.9'),
  'a status of two digits': but('200', '20'),
  'a status that is a word': but('200', 'yes'),
  'a header without a colon': but('content-type:', 'content-type'),
  'a NUL in a header': but('application/json', 'application\0json'),
  'headers of 256 KiB': but('content-type', `x-long: ${'a'.repeat(262_144)}\r\ncontent-type`),
  'a change of protocols': but('200 OK', '101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade'),
}

const cutShort: Record<string, Reply> = {
  'a Content-Length that is too short': sends((s) => length(s.length - 9) + s),
  'a Content-Length of 0 before a body': sends((s) => length(0) + s),
  'chunks that nothing tells of': ends((s) => `${head([])}${chunks(s)}0\r\n\r\n`),
}

const sound: Record<string, Reply> = {
  'chunks and a trailer': sends((s) => `${chunked}${chunks(s)}0;last=yes\r\nx-trailer: 1\r\n\r\n`),
  'a byte for each chunk': sends(
    (s) => `${chunked}${[...s].map((byte) => `1;a=b\r\n${byte}\r\n`).join('')}0\r\n\r\n`,
  ),
  'a byte for each packet': (socket, status) => {
    socket.setNoDelay(true)
    for (const byte of whole(status)) socket.write(Buffer.of(byte))
  },
  'early hints before it': sends((s) => Buffer.concat([Buffer.from('HTTP/1.1 103 Hints\r\n\r\n'), whole(s)])),
  'HTTP/1.0, until it is closed': ends((s) => head([]).replace('1.1', '1.0') + s),
  'no content type': but('content-type: application/json\r\n', ''),
}

describe.each(vendorNames)('%s', (vendor) => {
  const { create, ref } = vendors[vendor]

  test.each(Object.entries(refused))('%s', (_, reply) => endure(vendor, { reply, ...network }))
  test.each(Object.entries(cutShort))('%s', (_, reply) => endure(vendor, { reply, ...notJson }))

  test.each(Object.entries(sound))('%s is a sound answer', async (_, reply) => {
    const server = await serveFaulty(vendor)
    server.send(reply)
    const wait = waitForCompletion(create({ baseUrl: server.origin }), ref, { timeout: 0 })
    expect(await wait).toMatchObject({ status: 'completed', ref })
    expect(server.requests()).toBe(1)
  })

  test('a second answer, which nobody asked for, is nobody’s', async () => {
    const server = await serveFaulty(vendor)
    server.send((socket, status) => socket.write(Buffer.concat([whole(server.texts.running), whole(status)])))
    const client = create({ baseUrl: server.origin, rateLimit: false })
    const clock = naiveClock()
    const wait = waitForCompletion(client, ref, { clock, timeout: '20s', schedule: () => 1_000 })
    expect(await waitErrorOf(wait)).toMatchObject({ reason: 'timeout', lastJob: { status: 'running' } })
    expect(server.requests()).toBe(21)
    await expect.poll(server.held, { interval: 1 }).toBe(0)
  })
})
