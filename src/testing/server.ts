import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import { assertOption } from '../internal/options.ts'
import type { AnswerRequest } from './in-process-fetch.ts'

declare global {
  // As @types/node has it: a project without that, or with an older `lib`, compiles too.
  interface SymbolConstructor {
    readonly asyncDispose: unique symbol
  }
}

/** A running server with the simulated vendors behind it. */
export interface SimulatorServer {
  /** For example `http://127.0.0.1:49152`: what `baseUrl(origin)` of a vendor takes. */
  readonly origin: string
  /** Stops listening and breaks every open connection, idle, busy or hung. */
  close(): Promise<void>
  /** As `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Serves over real HTTP, on 127.0.0.1 only.
 *
 * @param respond - answers a request; where it has no answer, that is 404
 * @param options - `port`: default `0`, any free one
 * @returns the server, listening
 * @throws ConfigurationError `invalid-option` for what is no port.
 */
export async function serve(
  respond: AnswerRequest,
  { port = 0 }: { port?: number } = {},
): Promise<SimulatorServer> {
  const isPort = Number.isInteger(port) && port >= 0 && port <= 65_535
  assertOption(isPort, 'port must be a whole number from 0 to 65535.')
  let origin = ''
  const server = createServer((incoming, outgoing) => {
    void answer(respond, origin, incoming, outgoing)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  function close(): Promise<void> {
    return new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  }
  return { origin, close, [Symbol.asyncDispose]: close }
}

async function answer(
  respond: AnswerRequest,
  origin: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController()
  outgoing.once('close', () => gone.abort())
  try {
    const response = await respond(requestOf(incoming, origin, gone.signal))
    if (outgoing.destroyed) return
    if (!response)
      return void outgoing.writeHead(404, { 'content-type': 'text/plain' }).end('No such vendor here\n')
    if (response.type === 'error') return void incoming.socket.resetAndDestroy()
    outgoing.writeHead(response.status, [...response.headers].flat())
    if (!response.body || incoming.method === 'HEAD') return void outgoing.end()
    await pipeline(Readable.fromWeb(response.body as NodeReadableStream), outgoing)
  } catch (error) {
    if (outgoing.headersSent || outgoing.destroyed) return void outgoing.destroy()
    // A path that cannot be decoded is the caller's fault; anything else is a bug in an answer and should be seen.
    const status = error instanceof URIError ? 400 : 500
    outgoing.writeHead(status, { 'content-type': 'text/plain' }).end(`${error}\n`)
  }
}

function requestOf(incoming: IncomingMessage, origin: string, signal: AbortSignal): Request {
  const headers = new Headers()
  for (let index = 0; index + 1 < incoming.rawHeaders.length; index += 2) {
    headers.append(incoming.rawHeaders[index] as string, incoming.rawHeaders[index + 1] as string)
  }
  const method = incoming.method ?? 'GET'
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const body = hasBody ? (Readable.toWeb(incoming) as unknown as ReadableStream<Uint8Array>) : null
  // `duplex` is required by fetch for a streamed body, and unknown to the DOM types.
  const init: RequestInit & { duplex: 'half' } = { method, headers, signal, body, duplex: 'half' }
  const target = incoming.url ?? '/'
  return new Request(target.startsWith('/') ? origin + target : target, init)
}
