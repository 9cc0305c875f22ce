import type { AddressInfo } from 'node:net'
import { createServer } from 'node:tls'
import { expect, onTestFinished, test, vi } from 'vitest'
import { key, ofAnotherHost } from '../faults/support/throw-away-tls.ts'
import { caughtError } from '../support/caught.ts'
import { closedOrigin } from '../support/closed-origin.ts'
import { serve, serveRaw } from '../support/serve.ts'
import { createPlainClient, startParams } from '../support/vendors.ts'

type Options = Parameters<typeof createPlainClient>[0]

const start = (options: Options) => caughtError(createPlainClient(options).start(startParams))

/** Fails as Node does, with the code one level down. */
const failing =
  (code: string): typeof fetch =>
  async () => {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) })
  }

test.each([
  ...['ECONNREFUSED', 'EADDRNOTAVAIL', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND'],
  ...['UND_ERR_CONNECT_TIMEOUT', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ...['ERR_TLS_CERT_ALTNAME_INVALID', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'HOSTNAME_MISMATCH'],
])('%s: no connection came about, and nothing was sent', async (code) => {
  expect(await start({ fetch: failing(code) })).toMatchObject({ name: 'TransportError', sent: false })
})

test.each([
  [{ HTTPS_PROXY: 'http://proxy:1' }, true],
  [{ https_proxy: 'http://proxy:1' }, true],
  [{ HTTPS_PROXY: 'http://proxy:1', NODE_USE_ENV_PROXY: '1' }, false],
  [{}, false],
])('behind %j, that Node does not use the proxy is told: %s', async (set, isTold) => {
  onTestFinished(() => void vi.unstubAllEnvs())
  for (const name of ['HTTPS_PROXY', 'https_proxy', 'NODE_USE_ENV_PROXY']) vi.stubEnv(name, undefined)
  for (const [name, value] of Object.entries(set)) vi.stubEnv(name, value)
  const { advice } = await start({ fetch: failing('ECONNREFUSED') })
  expect(advice).toEqual(isTold ? expect.stringContaining('NODE_USE_ENV_PROXY=1') : undefined)
})

test.each([
  ...['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT'],
  ...['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', 'EPROTO', 'NONE_OF_THESE', ''],
])('%s: it may have been', async (code) => {
  expect(await start({ fetch: failing(code) })).toMatchObject({ name: 'TransportError', sent: true })
})

test.each([
  ['CERT_HAS_EXPIRED', 'The TLS certificate of tyk could not be verified for '],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'The TLS certificate of tyk could not be verified for '],
  ['ERR_TLS_HANDSHAKE_TIMEOUT', 'The TLS connection to tyk failed for '],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'The TLS connection to tyk failed for '],
  ['EPROTO', 'The TLS connection to tyk failed for '],
])('%s: %s', async (code, words) => {
  const { message, ...error } = await start({ fetch: failing(code) })
  expect(message).toContain(words)
  expect(message).toContain(`(${code})`)
  expect(error).toMatchObject({ code: 'tls', retryable: false })
})

test('a port that is closed', async () => {
  const error = await start({ baseUrl: await closedOrigin() })
  expect(error).toMatchObject({
    code: 'network',
    sent: false,
    message: expect.stringMatching('ECONNREFUSED'),
  })
})

test('a name that does not resolve', async () => {
  // Too long a label for any name server: nothing is asked of one.
  const error = await start({ baseUrl: `https://${'a'.repeat(64)}.invalid` })
  expect(error).toMatchObject({ code: 'network', sent: false })
})

test('a certificate that nobody trusts', async () => {
  let requests = 0
  const server = createServer({ key, cert: ofAnotherHost }, (socket) => {
    socket.on('data', () => requests++).on('error', () => {})
  })
  server.on('tlsClientError', () => {}).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  expect(await start({ baseUrl: `https://127.0.0.1:${port}` })).toMatchObject({ code: 'tls', sent: false })
  expect(requests).toBe(0)
})

test('a connection that is reset', async () => {
  const server = await serveRaw((socket) => socket.resetAndDestroy())
  expect(await start({ baseUrl: server.origin })).toMatchObject({ code: 'network', sent: true })
  expect(server.count).toBe(1)
})

test('an answer that breaks off', async () => {
  const { origin } = await serveRaw((socket) =>
    socket.end('HTTP/1.1 202 Accepted\r\ncontent-length: 99\r\n\r\n{'),
  )
  expect(await start({ baseUrl: origin })).toMatchObject({ code: 'network', sent: true })
})

test('an answer that does not come', async () => {
  const { origin } = await serve(() => {})
  expect(await start({ baseUrl: origin, timeout: 50 })).toMatchObject({ code: 'timeout', sent: true })
})

test('a redirect', async () => {
  const { origin } = await serve((_, response) => response.writeHead(307, { location: '/' }).end())
  expect(await start({ baseUrl: origin })).toMatchObject({ code: 'redirect', sent: true })
})

test.each([
  [
    'throws',
    () => {
      throw new Error('no login')
    },
    'network',
  ],
  ['is late', () => new Promise<string>(() => {}), 'timeout'],
])('a token function that %s', async (_, token, code) => {
  const { origin, requests } = await serve(() => {})
  expect(await start({ baseUrl: origin, token, timeout: 20 })).toMatchObject({ code, sent: false })
  expect(requests).toEqual([])
})

test('is seen in JSON, and where the error is logged', async () => {
  const error = await start({ fetch: failing('ECONNREFUSED') })
  expect(JSON.parse(JSON.stringify(error))).toMatchObject({ code: 'network', sent: false })
})

const coded = (code: string, more: object = {}) => Object.assign(new Error(code), { code, ...more })

test.each<[what: string, cause: unknown, sent: boolean, code: string]>([
  [
    'addresses of which none was reached',
    new AggregateError([
      coded('ETIMEDOUT', { syscall: 'connect' }),
      coded('ENETUNREACH', { syscall: 'connect' }),
    ]),
    false,
    'network',
  ],
  [
    'addresses refused and unreachable',
    new AggregateError([coded('ECONNREFUSED'), coded('EHOSTUNREACH')]),
    false,
    'network',
  ],
  [
    'addresses of which one was reached',
    new AggregateError([coded('ECONNREFUSED'), coded('ECONNRESET')]),
    true,
    'network',
  ],
  ['no addresses at all', new AggregateError([]), true, 'network'],
  ['a connection that took too long', coded('ETIMEDOUT', { syscall: 'connect' }), false, 'network'],
  ['a read that took too long', coded('ETIMEDOUT', { syscall: 'read' }), true, 'network'],
  ['a write that took too long', coded('ETIMEDOUT', { syscall: 'write' }), true, 'network'],
  ['headers that took too long', coded('UND_ERR_HEADERS_TIMEOUT'), true, 'timeout'],
  ['a body that took too long', coded('UND_ERR_BODY_TIMEOUT'), true, 'timeout'],
])('%s: sent or not', async (_, cause, sent, code) => {
  const fetch = async () => {
    throw new TypeError('fetch failed', { cause })
  }
  expect(await start({ fetch })).toMatchObject({ name: 'TransportError', sent, code })
})
