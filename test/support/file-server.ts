import type { ServerResponse } from 'node:http'
import { type ServedRequest, serve } from './serve.ts'

/** How one answer differs from a proper file server's. */
export interface Twist {
  status?: number
  /** Beside its own, or in their place; an undefined one is not sent. */
  headers?: Record<string, string | undefined>
  /** The whole body, in the place of the file's bytes. */
  body?: string
  /** The bytes that are served, whatever was asked for; `false`: the whole file, as if no range were known. */
  range?: readonly [start: number, end: number] | false
  /** How the end of the body is told. Default: by `Content-Length`. */
  framing?: 'length' | 'chunked' | 'close'
  /** Only so many bytes of the body come; then the connection is cut, or hangs. */
  after?: number
  hangs?: boolean
}

/** What a file server serves. May be changed between requests. */
export interface ServedFile {
  content: string | Uint8Array
  etag?: string | undefined
  type?: string
}

/** For each request one, and none for all later ones; or for whichever request. */
export type Twists =
  | readonly (Twist | undefined)[]
  | ((request: ServedRequest, count: number) => Twist | undefined)

/** A file on a real HTTP server that understands Range and If-Match; gone when the test is over. */
export async function serveFile(file: ServedFile, twists: Twists = []) {
  let told = 0
  let open = 0
  const server = await serve(async (request, response, count) => {
    told = 0
    open++
    response.on('close', () => open--)
    const twist = typeof twists === 'function' ? twists(request, count) : twists[count - 1]
    const { status, headers, body, start } = answerOf(file, request, twist ?? {})
    const { after, hangs = false } = twist ?? {}
    send(response, status, headers, twist?.framing)
    if (after === undefined) return response.end(body)
    response.write(body.subarray(0, after))
    if (hangs) return
    // What has not been read when the connection is cut may be lost on the way.
    while (after > 0 && told < start + after && !response.destroyed) await nextTurn()
    response.socket?.end()
  })
  return {
    ...server,
    file,
    /** Tells how many bytes of the file have been read: before that, no connection is cut. */
    tell(bytes: number) {
      told = bytes
    },
    /** Answers that are under way. */
    get open() {
      return open
    },
    /** The ranges that were asked for, in order. */
    get ranges() {
      return server.requests.map(({ headers }) => headers.range)
    },
  }
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

function answerOf(
  { content: text, etag, type }: ServedFile,
  { headers: asked }: ServedRequest,
  twist: Twist,
) {
  const content = Buffer.from(text)
  const { length } = content
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(asked.range ?? '') ?? []
  const ranged = from === undefined ? undefined : ([Number(from), to ? Number(to) + 1 : length] as const)
  const range = twist.range ?? ranged
  const refusal =
    asked['if-match'] && asked['if-match'] !== etag
      ? 412
      : range && range[0] >= length && !twist.range
        ? 416
        : undefined
  const [start, end] = range && !refusal ? range : [0, length]
  const body = Buffer.from(twist.body ?? (refusal ? '' : content.subarray(start, end)))
  const headers = {
    'content-type': type ?? 'application/octet-stream',
    etag,
    'content-range': refusal === 416 ? `bytes */${length}` : range && `bytes ${start}-${end - 1}/${length}`,
    'content-length': String(body.length),
    ...twist.headers,
  }
  return {
    status: twist.status ?? refusal ?? (range ? 206 : 200),
    headers: Object.entries(headers),
    body,
    start,
  }
}

function send(
  response: ServerResponse,
  status: number,
  headers: [string, string | undefined | false][],
  framing = 'length',
): void {
  response.statusCode = status
  for (const [name, value] of headers) if (value) response.setHeader(name, value)
  if (framing !== 'length') response.removeHeader('content-length')
  if (framing === 'close') response.removeHeader('transfer-encoding')
  if (framing === 'close') response.shouldKeepAlive = false
  response.flushHeaders()
}
