import type { Socket } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { RawRequest } from './raw.ts'

/** What a server does with a request, the first of which is number 1. */
type Fault = (socket: Socket, request: RawRequest, count: number) => unknown

const running = JSON.stringify({
  type: 'proxy_log_export',
  id: 'exp-1',
  attributes: { status: 'processing' },
})
const mebibyte = 1024 * 1024

/** An answer, whole or not: what it says of its length is taken from `headers` where they say it. */
function answer(status: number, body: string | Buffer = '', headers: Record<string, string> = {}): Buffer {
  const bytes = Buffer.from(body)
  const length: Record<string, string> =
    'transfer-encoding' in headers ? {} : { 'content-length': String(bytes.length) }
  const all = { 'content-type': 'application/json', connection: 'close', ...length, ...headers }
  const lines = Object.entries(all).flatMap(([name, value]) => (value === '' ? [] : [`${name}: ${value}`]))
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} Status\r\n${lines.join('\r\n')}\r\n\r\n`), bytes])
}

const reply =
  (...whole: Parameters<typeof answer>): Fault =>
  (socket) =>
    socket.end(answer(...whole))

const then =
  (end: 'reset' | 'finish', ...part: Parameters<typeof answer>): Fault =>
  (socket) =>
    // A reset in the same turn could overtake the bytes.
    socket.write(answer(...part), () =>
      setTimeout(() => (end === 'reset' ? socket.resetAndDestroy() : socket.end()), 10),
    )

const stall =
  (bytes: string | Buffer = ''): Fault =>
  (socket) =>
    bytes && socket.write(bytes)

const encoded = (encoding: string, bytes: Buffer): Fault =>
  reply(200, bytes, { 'content-encoding': encoding })

/** Compressed only for whoever asks for it. */
const negotiated =
  (encoding: string, bytes: Buffer): Fault =>
  (socket, request, count) => {
    const accepted = (request.headers['accept-encoding'] ?? '').split(/\s*,\s*/)
    const answer = accepted.includes(encoding) ? encoded(encoding, bytes) : reply(200, running)
    answer(socket, request, count)
  }

const long = { 'content-length': '500' }
const chunked = { 'transfer-encoding': 'chunked', connection: '' }
const closing = { ...chunked, connection: 'close' }

/** Sends for as long as the other side takes it. */
const endless: Fault = (socket) => {
  const part = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(mebibyte, ' '), Buffer.from('\r\n')])
  const more = () => {
    while (socket.writable && socket.write(part));
  }
  socket.on('drain', more)
  socket.write(answer(200, '', chunked))
  more()
}

let compressed: Buffer | undefined

const bomb: Fault = (socket, request, count) => {
  // It takes a while to make.
  compressed ??= gzipSync(Buffer.alloc(64 * mebibyte, ' '))
  encoded('gzip', compressed)(socket, request, count)
}

const drip: Fault = (socket) => {
  const bytes = answer(200, running)
  let sent = 0
  const timer = setInterval(() => socket.write(bytes.subarray(sent, ++sent)), 50)
  socket.on('close', () => clearInterval(timer))
}

// With an address that is signed, at a server that answers nothing.
const signed: Fault = (socket, { path, headers }) => {
  const [, , , , , id] = path.split('/')
  const store = (headers.host as string).replace('127.0.0.1', 'localhost')
  const download_url = `http://${store}/reset-before-headers~signed/file?X-Amz-Signature=canary-signature-0123456789`
  const job = { id, org_id: id, status: 'completed', created_at: '2025-03-01T10:00:00Z', download_url }
  socket.end(answer(200, JSON.stringify(job)))
}

const echo =
  (status: number): Fault =>
  (socket, { headers }) =>
    socket.end(answer(status, JSON.stringify({ detail: `you sent ${Object.values(headers).join()}` })))

/** By the first part of the path, up to a `~`. */
export const faults: Record<string, Fault> = {
  running: reply(200, running),
  'reset-before-headers': (socket) => socket.resetAndDestroy(),
  'end-before-headers': (socket) => socket.end(),
  'end-in-headers': (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-ty'),
  'not-http': (socket) => socket.end('hello\r\n\r\n'),
  'reset-in-body': then('reset', 200, '{"id":', long),
  'end-in-body': then('finish', 200, running, long),
  'end-in-chunks': then('finish', 200, '5\r\n{"id"\r\n', chunked),
  'end-in-chunks-closing': then('finish', 200, '5\r\n{"id"\r\n', closing),
  'reset-in-chunks': then('reset', 200, `${running.length.toString(16)}\r\n${running}\r\n`, chunked),
  'damaged-chunk': then('finish', 200, `zz\r\n${running}`, chunked),
  'stalled-headers': stall(),
  'stalled-body': stall(answer(200, '{"id":', long)),
  'stalled-download': stall(answer(200, 'half', { 'content-length': '8' })),
  'broken-download': then('finish', 200, 'half', { 'content-length': '8' }),
  'broken-download-chunked': then('finish', 200, '4\r\nhalf\r\n', chunked),
  'broken-download-closing': then('finish', 200, '4\r\nhalf\r\n', closing),
  drip,
  endless,
  bomb,
  large: reply(200, running + ' '.repeat(10 * mebibyte)),
  'truncated-gzip': encoded('gzip', gzipSync(running + ' '.repeat(mebibyte)).subarray(0, 90)),
  'no-gzip': encoded('gzip', Buffer.from(running)),
  gzip: negotiated('gzip', gzipSync(running)),
  deflate: negotiated('deflate', deflateSync(running)),
  br: negotiated('br', brotliCompressSync(running)),
  html: reply(200, '<!doctype html><title>canary-of-a-page</title>', { 'content-type': 'text/html' }),
  empty: reply(200),
  'no-content': reply(204, '', { 'content-length': '' }),
  early: (socket) =>
    socket.end(Buffer.concat([Buffer.from('HTTP/1.1 103 Early Hints\r\n\r\n'), answer(200, running)])),
  bom: reply(200, `\ufeff${running}`),
  'damaged-text': reply(
    200,
    Buffer.concat([Buffer.from(running.slice(0, -1)), Buffer.from(',"note":"\xff"}', 'latin1')]),
  ),
  deep: reply(200, '['.repeat(200_000) + ']'.repeat(200_000)),
  'wrong-job': reply(200, running.replace('exp-1', 'exp-2')),
  'no-status': reply(200, '{"id":"exp-1","attributes":{}}'),
  'redirect-here': (socket, { path }) =>
    socket.end(answer(302, '', { location: `/running~${path.slice(1)}` })),
  limited: reply(429, '', { 'retry-after': '7' }),
  'once-503': (socket, _, count) => socket.end(count === 1 ? answer(503) : answer(200, running)),
  'always-503': reply(503, '{"detail":"down"}', { 'retry-after': '1' }),
  'good-token': (socket, { headers }) =>
    socket.end(headers.authorization === 'Bearer good-token' ? answer(200, running) : answer(401)),
  'closes-quietly': (socket) => {
    socket.write(answer(200, running, { connection: 'keep-alive' }), () =>
      setTimeout(() => socket.destroy(), 5),
    )
  },
  signed,
  'echo-200': echo(200),
  'echo-401': echo(401),
  'echo-422': echo(422),
  'echo-500': echo(500),
}
for (const status of [400, 402, 403, 404, 410, 422, 500, 501])
  faults[status] = reply(status, '{"detail":"no"}')

/** Redirects to another origin, with the path and whatever came with it. */
export const redirectTo =
  (origin: string, status: number): Fault =>
  (socket, { path, headers }) =>
    socket.end(answer(status, '', { location: `${origin}${path}?${headers.authorization ?? ''}` }))
