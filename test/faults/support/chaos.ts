import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'

/** An answer of a vendor, read to its end. */
export interface WholeAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** What a fault works with. */
export interface Victim {
  /** Where the answer was to go. */
  readonly socket: Socket
  readonly answer: WholeAnswer
  /** What the vendor has answered about something else of the same kind. */
  readonly another: WholeAnswer
  /** From 0 to 1: where to cut, and what to choose. */
  readonly chance: number
  /** Another origin, that nobody has any business with. */
  readonly elsewhere: string
}

export type Fault = (victim: Victim) => void

const crlf = '\r\n'
const html = Buffer.from('<!doctype html><title>Bad Gateway</title><p>Try again later.</p>')

type Headers = Readonly<Record<string, string | readonly string[]>>

function headOf(status: number, headers: Headers): Buffer {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((one) => `${name}: ${one}`),
  )
  return Buffer.from([`HTTP/1.1 ${status} Whatever`, ...lines, crlf].join(crlf))
}

/** An answer in bytes, with whatever headers it is to have in place of the right ones. */
export function bytesOf({ status, headers, body }: WholeAnswer, more: Headers = {}): Buffer {
  return Buffer.concat([headOf(status, { ...headers, 'content-length': `${body.length}`, ...more }), body])
}

/** A part of the bytes, from `from` on never all of them. */
const cut = (bytes: Buffer, chance: number, from = 0): Buffer =>
  bytes.subarray(0, from + Math.floor(chance * (bytes.length - from)))

const cutBody = ({ answer, chance }: Victim, bytes: Buffer): Buffer =>
  cut(bytes, chance, bytes.length - answer.body.length)

// What was sent shall be seen before the end comes: a reset takes along what is still on its way.
const reset = (socket: Socket): void => void setTimeout(() => socket.resetAndDestroy(), 20)

/** Sends pieces of so many bytes, one in so many ms, until all are sent or nobody listens any more. */
function drip(socket: Socket, bytes: Buffer, size: number, ms: number): void {
  let sent = 0
  const timer = setInterval(() => {
    socket.write(bytes.subarray(sent, sent + size))
    sent += size
    if (sent >= bytes.length) clearInterval(timer)
  }, ms)
  socket.once('close', () => clearInterval(timer))
}

/** An answer that never was the vendor's. */
function instead(status: number, headers: Headers = {}, body: Buffer | string = html): Fault {
  return ({ socket }) => {
    const bytes = Buffer.from(body)
    const all = { 'content-type': 'text/html', 'content-length': `${bytes.length}`, ...headers }
    socket.write(Buffer.concat([headOf(status, all), bytes]))
  }
}

const json = { 'content-type': 'application/json' }

const oneOf =
  (...faults: Fault[]): Fault =>
  (victim) =>
    faults[Math.floor(victim.chance * faults.length)]?.(victim)

const nonsense = ['soon', '-1', '1.5', '1e3', '99999999999', '172800', 'Thu, 32 Nov 2026 25:00:00 GMT', '0x1']
const strangers = [
  'null',
  '[]',
  '{}',
  '"completed"',
  '{"status":"completed"}',
  '{"attributes":{"status":"completed"}}',
]

/** Faults after which the next look may find the answer. */
const passing: Readonly<Record<string, Fault>> = {
  'reset before headers': ({ socket }) => void socket.resetAndDestroy(),
  'reset in headers': ({ socket, answer, chance }) => {
    socket.write(cut(headOf(answer.status, answer.headers), chance, 1))
    reset(socket)
  },
  'reset in body': (victim) => {
    victim.socket.write(cutBody(victim, bytesOf(victim.answer)))
    reset(victim.socket)
  },
  'FIN before headers': ({ socket }) => void socket.end(),
  'FIN in headers': ({ socket, answer, chance }) =>
    void socket.end(cut(headOf(answer.status, answer.headers), chance, 1)),
  'FIN in body': (victim) => void victim.socket.end(cutBody(victim, bytesOf(victim.answer))),
  'FIN in chunked body': ({ socket, answer, chance }) => {
    const { status, headers, body } = answer
    const chunk = cut(body, chance, 1)
    socket.write(headOf(status, { ...headers, 'transfer-encoding': 'chunked' }))
    socket.end(Buffer.concat([Buffer.from(chunk.length.toString(16) + crlf), chunk, Buffer.from(crlf)]))
  },
  'FIN in body without length': ({ socket, answer, chance }) => {
    const head = headOf(answer.status, { ...answer.headers, connection: 'close' })
    socket.end(Buffer.concat([head, cut(answer.body, chance)]))
  },
  'headers stalled': () => {},
  'body stalled': (victim) => void victim.socket.write(cutBody(victim, bytesOf(victim.answer))),
  'a byte in 50 ms': ({ socket, answer }) => drip(socket, bytesOf(answer), 1, 50),
  'Content-Length too long': ({ socket, answer }) =>
    void socket.end(bytesOf(answer, { 'content-length': `${answer.body.length + 9}` })),
  'Content-Length too short': ({ socket, answer, chance }) =>
    void socket.end(bytesOf(answer, { 'content-length': `${cut(answer.body, chance).length}` })),
  'Content-Length twice': ({ socket, answer, chance }) => {
    const lengths = [answer.body, cut(answer.body, chance)].map(({ length }) => `${length}`)
    socket.end(bytesOf(answer, { 'content-length': lengths }))
  },
  'gzip cut off': ({ socket, answer, chance }) => {
    const body = cut(gzipSync(answer.body), 0.8 * chance, 1)
    socket.write(bytesOf({ ...answer, body }, { 'content-encoding': 'gzip' }))
  },
  'gzip that is none': ({ socket, answer }) =>
    void socket.write(bytesOf(answer, { 'content-encoding': 'gzip' })),
  'HTML under 200': oneOf(instead(200), instead(200, json)),
  'JSON of another shape': oneOf(...strangers.map((text) => instead(200, json, text))),
  'empty 200': instead(200, json, ''),
  'HTTP 204': ({ socket }) => void socket.write(headOf(204, {})),
  'not HTTP': oneOf(
    ({ socket }) => void socket.end('SSH-2.0-OpenSSH_9.6\r\n'),
    ({ socket }) => void socket.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 70, 0, 0xff, 0xfe])),
  ),
  'HTTP 408': instead(408),
  'HTTP 425': instead(425),
  'HTTP 429': instead(429),
  '429, Retry-After in seconds': instead(429, { 'retry-after': '1' }),
  '429, Retry-After as a date': (victim) =>
    instead(429, { 'retry-after': new Date(Date.now() + 2_000).toUTCString() })(victim),
  '429, Retry-After nonsense': oneOf(...nonsense.map((text) => instead(429, { 'retry-after': text }))),
  'HTTP 500': instead(500),
  'HTTP 502': instead(502),
  'HTTP 503': instead(503, { 'retry-after': '1' }),
  'HTTP 504': instead(504),
  'answer of another job': ({ socket, another }) => void socket.write(bytesOf(another)),
}

/** What only looks like a fault: the answer is right, and to be taken. */
const harmless: Readonly<Record<string, Fault>> = {
  'in small pieces': ({ socket, answer }) => drip(socket, bytesOf(answer), 50, 5),
  'answer, then reset': ({ socket, answer }) => {
    socket.write(bytesOf(answer))
    reset(socket)
  },
}

/** What time does not heal: a wait that meets one must end at once. */
const permanent: Readonly<Record<string, Fault>> = {
  'HTTP 403': instead(403),
  'redirect elsewhere': (victim) =>
    instead([301, 302, 303, 307, 308][Math.floor(5 * victim.chance)] as number, {
      location: `${victim.elsewhere}/exports/1`,
    })(victim),
}

/** All that can happen to an answer, by name. */
export const faults: Readonly<Record<string, Fault>> = { ...passing, ...harmless, ...permanent }
