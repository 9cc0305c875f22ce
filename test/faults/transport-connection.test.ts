import { get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createServer, type TlsOptions } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import { waitForCompletion } from '../../src/index.ts'
import { serveRaw } from '../support/serve.ts'
import { vendorNames, vendors } from '../support/vendors.ts'
import { naiveClock } from '../wait/world.ts'
import { endure, type Fault } from './support/endure.ts'
import { serveFaulty } from './support/faulty-vendor.ts'
import { stopTime } from './support/stopped-time.ts'
import { expired, key, ofAnotherHost } from './support/throw-away-tls.ts'
import { head, type Reply, whole } from './support/wire.ts'

const network = { name: 'TransportError', code: 'network' } as const
const timedOut = { name: 'TransportError', code: 'timeout' } as const
const untrusted = { name: 'TransportError', code: 'tls', ends: 'refused' } as const
const redirected = { name: 'TransportError', code: 'redirect', ends: 'refused', keeps: true } as const

type Fetch = typeof globalThis.fetch

/** Makes each request to another origin. */
const at =
  (origin: string): Fetch =>
  (input, init) =>
    fetch(String(input).replace(/^http:\/\/[^/]+/, origin), init)

/** Nobody listens there any more. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A server whose TLS is wrong in some way. */
async function serveTls(options: TlsOptions) {
  const server = createServer({ key, cert: ofAnotherHost, ...options }, (socket) => socket.end(whole('{}')))
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => void server.close())
  const held = () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)))
  return { port: (server.address() as AddressInfo).port, held }
}

/** A fetch that trusts a certificate as far as its signature goes. */
const trusting =
  (port: number, ca: string): Fetch =>
  (_, init) =>
    new Promise((_, reject) => {
      get({ host: '127.0.0.1', port, ca, signal: init?.signal ?? undefined }).once('error', reject)
    })

const places: [where: string, find: () => Promise<Fetch>, expected: Fault][] = [
  ['a port that is closed', async () => at(`http://127.0.0.1:${await closedPort()}`), network],
  ['one that is closed on every address', async () => at(`http://localhost:${await closedPort()}`), network],
  // Too long a label for any name server: nothing is asked of one.
  ['a name that does not resolve', async () => at(`http://${'a'.repeat(64)}.invalid`), network],
  [
    'a server that resets the handshake',
    async () => at((await serveRaw((socket) => socket.resetAndDestroy())).origin.replace('http', 'https')),
    network,
  ],
  [
    'a server without TLS',
    async () => at((await serveRaw((socket) => socket.end(whole('{}')))).origin.replace('http', 'https')),
    untrusted,
  ],
]

const certificates: [what: string, options: TlsOptions, make?: (port: number) => Fetch][] = [
  ['signed by itself', {}],
  ['that is expired', { cert: expired }, (port) => trusting(port, expired)],
  ['of another host', {}, (port) => trusting(port, ofAnotherHost)],
  ['over TLS 1.1', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' }],
]

const targets: [where: string, location: (other: string) => string[]][] = [
  ['another origin', (other) => [`location: ${other}/exports/exp-1`]],
  ['another origin, without a scheme', (other) => [`location: ${other.replace('http:', '')}/exports/exp-1`]],
  ['the same origin', () => ['location: /exports/exp-2']],
  ['two places', (other) => [`location: /exports/exp-2`, `location: ${other}/`]],
  ['nowhere', () => []],
]

describe.each(vendorNames)('%s', (vendor) => {
  test.each(places)('at %s', async (_, find, expected) => {
    await endure(vendor, { fetch: await find(), ...expected })
  })

  test('at a server that stalls the handshake', async () => {
    const { origin } = await serveRaw(stopTime())
    const fetch = at(origin.replace('http', 'https'))
    await endure(vendor, { fetch, ...timedOut, timeout: 400 })
  })

  test.each(certificates)('a certificate %s', async (_, options, make) => {
    const server = await serveTls(options)
    const fetch = make ? make(server.port) : at(`https://127.0.0.1:${server.port}`)
    await endure(vendor, { fetch, ...untrusted })
    await expect.poll(server.held, { interval: 1 }).toBe(0)
  })

  describe.each([300, 301, 302, 303, 304, 307, 308])('%i', (status) => {
    test.each(targets)('to %s is not followed', async (_, location) => {
      let count = 0
      const other = await serveRaw((socket) => socket.end(whole('{}')))
      const answer = head([...location(other.origin), 'content-length: 0'], `${status} Elsewhere`)
      const reply: Reply = (socket) => {
        count++
        socket.write(answer)
      }
      await endure(vendor, { reply, ...redirected })
      // One of get, one of the wait that is aborted, one of the wait that it ends.
      expect(count).toBe(3)
      expect(other.count).toBe(0)
    })
  })

  test('a redirect whose body does not end', () =>
    endure(vendor, {
      reply: (socket) => socket.write(`${head(['location: /', 'content-length: 9'], '302 Found')}half`),
      ...redirected,
      keeps: false,
    }))

  test.each([
    ['FIN', true],
    ['a reset', false],
  ])('%s as the next request comes over a connection that was kept', async (_, isGentle) => {
    const server = await serveFaulty(vendor)
    const used = new WeakSet<object>()
    const expected: string[] = []
    server.send((socket, status) => {
      expected.push(used.has(socket) ? 'network' : 'completed')
      if (!used.has(socket)) socket.write(whole(status))
      else if (isGentle) socket.end()
      else socket.resetAndDestroy()
      used.add(socket)
    })
    const { create, ref } = vendors[vendor]
    const client = create({ baseUrl: server.origin, rateLimit: false })
    const outcomes: string[] = []
    for (let count = 0; count < 20; count++) {
      const outcome = client.get(ref, { retries: 0 }).then(
        ({ status }) => status,
        ({ code }) => code,
      )
      outcomes.push(await outcome)
    }
    expect(outcomes).toEqual(expected)
    expect(new Set(outcomes)).toEqual(new Set(['completed', 'network']))
    const wait = waitForCompletion(client, ref, { clock: naiveClock() })
    expect(await wait).toMatchObject({ status: 'completed', ref })
    expect(server.held()).toBeLessThanOrEqual(2)
  })
})
