import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import { raceAbort } from '../internal/abort.ts'
import { assertOption } from '../internal/options.ts'
import type { Route } from './route.ts'

declare global {
  // The declaration of @types/node, for projects without it or with an older `lib`.
  interface SymbolConstructor {
    readonly asyncDispose: unique symbol
  }
}

/** Answers a request; undefined if nothing is at its address. */
export type AnswerRequest = (request: Request) => Response | undefined | Promise<Response | undefined>

const maxRedirects = 20

/**
 * Creates a `fetch` that calls a function and opens no connection. As the runtime's own it follows redirects, rejects
 * with the signal's reason, and with a TypeError if nothing is at an address or the answer is `Response.error()`.
 */
export function createInProcessFetch(answer: AnswerRequest): typeof globalThis.fetch {
  async function send(request: Request, redirects: number): Promise<Response> {
    const { signal } = request
    signal.throwIfAborted()
    const response = await raceAbort(Promise.resolve(answer(request)), { signal })
    if (!response) throw failed(`nothing is at ${new URL(request.url).origin}`)
    if (response.type === 'error') throw failed('the connection broke')
    const location = response.status >= 301 && response.status <= 308 && response.headers.get('location')
    if (location && request.redirect !== 'manual') {
      if (request.redirect === 'error' || redirects === maxRedirects) throw failed('unexpected redirect')
      return send(redirected(request, location), redirects + 1)
    }
    if (!response.body) return response
    return new Response(response.body.pipeThrough(new TransformStream(), { signal }), response)
  }

  return async (input, init) => send(new Request(input, init), 0)
}

// As fetch does: only `Authorization` is removed for another host.
function redirected({ url, headers, signal }: Request, location: string): Request {
  const target = new URL(location, url)
  const kept = new Headers(headers)
  if (target.origin !== new URL(url).origin) kept.delete('authorization')
  return new Request(target, { headers: kept, signal })
}

const failed = (why: string): TypeError => new TypeError('fetch failed', { cause: new Error(why) })

/**
 * A request handler of msw, for `setupServer` or `getResponse`. It is `any` so that a project without msw compiles:
 * msw's class has private members, so that no other type is assignable to it.
 */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type MswHandler = any

/**
 * Creates the msw handler of these routes; msw handles all other requests. Only this function loads msw.
 *
 * @throws Error if msw is not installed or cannot be loaded; `cause` has the reason.
 */
export function toHandlers(routes: readonly Route[]): MswHandler[] {
  const { http } = requireMsw()
  const find = (request: Request) => routes.find((route) => route.matches(request))
  return [
    http.all(
      ({ request }) => find(request) !== undefined,
      ({ request }) => find(request)?.answer(request),
    ),
  ]
}

function requireMsw(): typeof import('msw') {
  try {
    // The CommonJS build has `__filename` and no `import.meta`.
    return createRequire(typeof __filename === 'string' ? __filename : import.meta.url)('msw')
  } catch (cause) {
    const { code, message } = (cause ?? {}) as NodeJS.ErrnoException
    const isMissing = /MODULE_NOT_FOUND$/.test(code ?? '') && /'msw'/.test(message ?? '')
    const why = isMissing
      ? 'The handlers of the vendor simulator need msw: npm install --save-dev msw. Its `fetch` and `listen` do not.'
      : // For example in a test runner that loads only CommonJS.
        `The vendor simulator cannot load msw here: ${message}`
    throw new Error(why, { cause })
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
 * @param respond - answers a request; undefined becomes a 404
 * @param options - `port`: default `0`, any free one
 * @throws ConfigurationError `invalid-option` for an invalid port.
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
    // A path that cannot be decoded is the caller's fault; any other error is a bug of the simulator.
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
  // fetch requires `duplex` for a streamed body; the DOM types lack it.
  const init: RequestInit & { duplex: 'half' } = { method, headers, signal, body, duplex: 'half' }
  const target = incoming.url ?? '/'
  return new Request(target.startsWith('/') ? origin + target : target, init)
}
