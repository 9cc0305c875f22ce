import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { waitForCompletion } from '../../src/index.ts'
import { vendorNames, vendors } from '../support/vendors.ts'
import { naiveClock, waitErrorOf } from '../wait/world.ts'
import { endure } from './support/endure.ts'
import { serveFaulty } from './support/faulty-vendor.ts'
import { stopTime } from './support/stopped-time.ts'
import { chunks, head, type Reply, whole } from './support/wire.ts'

/** Sends a byte every 50 ms: something always comes, and never the whole. */
function drip(socket: Socket, bytes: Uint8Array): void {
  let at = 0
  const timer = setInterval(() => socket.write(bytes.subarray(at, ++at)), 50)
  socket.once('close', () => clearInterval(timer))
}

const stalls: [stall: string, reply: Reply][] = [
  ['nothing at all', () => {}],
  ['half of the head', (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-ty')],
  ['the head and no body', (socket, status) => socket.write(head([`content-length: ${status.length}`]))],
  ['all but the last byte', (socket, status) => socket.write(whole(status).subarray(0, -1))],
  [
    'all but the end of the chunks',
    (socket, s) => socket.write(head(['transfer-encoding: chunked']) + chunks(s)),
  ],
  ['the whole body, and no end of the connection', (socket, status) => socket.write(head([]) + status)],
  [
    'hints of an answer, for ever',
    (socket) => drip(socket, Buffer.from('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(99))),
  ],
  ['the head by a byte per 50 ms', (socket, status) => drip(socket, whole(status))],
  [
    'the body by a byte per 50 ms',
    (socket, status) => {
      socket.write(head([`content-length: ${status.length}`]))
      drip(socket, Buffer.from(status))
    },
  ],
]

const timedOut = { name: 'TransportError', code: 'timeout' } as const

describe.each(vendorNames)('%s', (vendor) => {
  test.each(stalls)('%s', async (_, reply) => {
    const passTime = stopTime()
    const stall: Reply = (socket, status) => {
      reply(socket, status)
      void passTime(socket)
    }
    await endure(vendor, { reply: stall, ...timedOut, timeout: 400 })
  })

  test.each(stalls)('%s, to a wait that has less time than the client', async (_, reply) => {
    const passTime = stopTime()
    const server = await serveFaulty(vendor)
    server.send((socket, status) => {
      reply(socket, status)
      void passTime(socket)
    })
    const { create, ref } = vendors[vendor]
    const client = create({ baseUrl: server.origin, timeout: '1h' })
    const wait = waitForCompletion(client, ref, { clock: naiveClock(), timeout: 0 })
    expect(await waitErrorOf(wait)).toMatchObject({ reason: 'timeout', cause: timedOut })
    await expect.poll(server.held, { interval: 1 }).toBe(0)
  })
})
