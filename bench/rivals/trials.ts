import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip, gzipSync } from 'node:zlib'
import { tykBody } from '../bodies.ts'
import { secrets } from './adapters.ts'
import { type Evidence, exportId, type Manner, type Verdict } from './evidence.ts'
import {
  judgeAbort,
  judgeDamage,
  judgeHealthy,
  judgeIdentity,
  judgeLeak,
  judgeListeners,
  judgeNewline,
  judgePollution,
  judgeRedirect,
  judgeRetryAfter,
  judgeSize,
  judgeStatus,
} from './verdicts.ts'

/** What an answer may need to know. */
export interface World {
  /** The other origin. */
  readonly elsewhere: string
  /** Lets the child abort. */
  abort(): void
}

/** One fault, and what is made of it. */
export interface Trial {
  readonly name: string
  readonly title: string
  readonly token?: string
  readonly manner?: Manner
  /** Ms after which it is not waited for any longer; that it takes longer is then not a fault in itself. */
  readonly window?: number
  answer(response: ServerResponse, world: World): void
  judge(evidence: Evidence): Verdict
}

const json = { 'content-type': 'application/json' }
const body = tykBody(exportId)
const half = Buffer.from(body.slice(0, body.length / 2))
const megabytes = 100
const bombMegabytes = 256
const chunk = Buffer.alloc(1e6, 'a')

const sendBody = (response: ServerResponse, text = body) => response.writeHead(200, json).end(text)
const retryAfter = (seconds: number) => (response: ServerResponse) =>
  response.writeHead(503, { ...json, 'retry-after': String(seconds) }).end('{}')

function* longJson(count: number) {
  yield Buffer.from(`${body.slice(0, -1)},"pad":"`)
  for (let sent = 0; sent < count; sent++) yield chunk
  yield Buffer.from('"}')
}

export const trials: readonly Trial[] = [
  {
    name: 'healthy',
    title: 'nothing',
    answer: (response) => sendBody(response),
    judge: judgeHealthy,
  },
  {
    name: 'newline',
    title: 'a newline in the token: what the error shows',
    token: `${secrets.token}\n1`,
    answer: (response) => sendBody(response),
    judge: judgeNewline,
  },
  {
    name: 'refused',
    title: 'a 500: what the error shows, and how often it asked',
    answer: (response) => response.writeHead(500, json).end('{"error":"out of order"}'),
    judge: judgeLeak,
  },
  {
    name: 'redirect',
    title: 'a redirect to another origin',
    answer: (response, { elsewhere }) =>
      response.writeHead(302, { location: `${elsewhere}/api/v1/exports/${exportId}` }).end(),
    judge: judgeRedirect,
  },
  {
    name: 'html',
    title: 'a page of HTML under 200',
    answer: (response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>App</title>'),
    judge: judgeDamage,
  },
  {
    name: 'empty',
    title: 'nothing under 200',
    answer: (response) => response.writeHead(200, { ...json, 'content-length': '0' }).end(),
    judge: judgeDamage,
  },
  {
    name: 'gzip-cut',
    title: 'gzip that breaks off',
    answer(response) {
      const zipped = gzipSync(body)
      response
        .writeHead(200, { ...json, 'content-encoding': 'gzip' })
        .end(zipped.subarray(0, zipped.length * 0.7))
    },
    judge: judgeDamage,
  },
  {
    name: 'close-cut',
    title: 'a body without a length that breaks off',
    answer(response) {
      const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n'
      response.socket?.end(head + half)
    },
    judge: judgeDamage,
  },
  {
    name: 'bomb',
    title: `a gzip bomb of ${bombMegabytes} MB`,
    answer(response) {
      response.writeHead(200, { ...json, 'content-encoding': 'gzip' })
      pipeline(Readable.from(longJson(bombMegabytes)), createGzip({ level: 1 }), response).catch(() => {})
    },
    judge: (evidence) => judgeSize(evidence, bombMegabytes),
  },
  {
    name: 'huge',
    title: `${megabytes} MB of JSON`,
    answer(response) {
      response.writeHead(200, json)
      pipeline(Readable.from(longJson(megabytes)), response).catch(() => {})
    },
    judge: (evidence) => judgeSize(evidence, megabytes),
  },
  {
    name: 'retry-after-huge',
    title: '503 with `Retry-After: 99999999999`, 3,169 years',
    window: 6_000,
    answer: retryAfter(99_999_999_999),
    judge: judgeRetryAfter,
  },
  {
    // One second more than a timer can count.
    name: 'retry-after-timer',
    title: '503 with `Retry-After: 2147484`, just over 2³¹ ms',
    window: 6_000,
    answer: retryAfter(2_147_484),
    judge: judgeRetryAfter,
  },
  {
    name: 'other-id',
    title: 'a completed job of another id',
    answer: (response) => sendBody(response, tykBody('exp-2', 'completed')),
    judge: judgeIdentity,
  },
  {
    name: 'unknown-status',
    title: 'a status that nobody published',
    answer: (response) => sendBody(response, tykBody(exportId, 'archived')),
    judge: judgeStatus,
  },
  {
    name: 'pollution',
    title: '`Object.prototype` with a `baseUrl`, `baseURL`, `prefixUrl` or `headers`',
    manner: 'polluted',
    answer: (response) => sendBody(response),
    judge: judgePollution,
  },
  {
    name: 'abort',
    title: 'abort in the middle of the body',
    manner: 'aborted',
    answer(response, { abort }) {
      response.writeHead(200, { ...json, 'content-length': body.length }).write(half)
      setTimeout(abort, 100)
    },
    judge: judgeAbort,
  },
  {
    name: 'listeners',
    title: 'listeners on a signal after 20 requests',
    manner: 'twenty-times',
    answer: (response) => sendBody(response),
    judge: judgeListeners,
  },
]
