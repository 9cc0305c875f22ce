import createClient, { type Client } from 'openapi-fetch'
import { checkSignal, throwIfAborted } from '../internal/abort.ts'
import { copyOwn } from '../internal/options.ts'
import { toQuery } from './base-url.ts'
import { fillPath } from './check-id.ts'
import { PlainRequest } from './client-request.ts'
import { checkHeaders, type HeadersInput } from './headers.ts'

/** Options of {@link createTypedClient}. */
export interface TypedClientOptions {
  /** For errors. */
  readonly vendor: string
  /** Where the API is. Omit it together with `fetch` if each call is given the `fetch` of its context. */
  readonly baseUrl?: string | undefined
  /** The client's hardened `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

/**
 * Creates an openapi-fetch client. The compiler checks paths, parameters and bodies against the vendor's specification:
 * `Paths` is what openapi-typescript generates from it. Path parameters are checked and encoded as ids.
 *
 * @param options - the client that `extend` is given; or only the vendor's name, if each call is given the `fetch` of a
 * context: `calls.GET('/exports/{id}', { params, fetch })`
 * @returns the client; its calls throw what that `fetch` throws
 */
export function createTypedClient<Paths extends object>(options: TypedClientOptions): Client<Paths> {
  const { vendor, baseUrl, fetch } = copyOwn(options)
  const pathSerializer = (path: string, params: Record<string, unknown>) => fillPath(path, params, vendor)
  // openapi-fetch's own serializers take inherited properties, too.
  const destination = fetch ? { baseUrl, fetch, Request: BareRequest } : { Request: PlainRequest }
  const settings = { ...unset, ...destination, pathSerializer, querySerializer: toQuery }
  const client = createClient<Paths>(settings as object)
  const calls = client as unknown as Record<string, Call>
  for (const method of methods) calls[method] = harden(calls[method] as Call, vendor)
  return client
}

// The runtime's own reads these off a polluted prototype if they are undefined.
function BareRequest(url: string, init: RequestInit): Request {
  const { body = null, signal = null } = copyOwn(init)
  return new Request(url, { ...init, body, signal })
}
// For the middleware of openapi-fetch, which may return a request: it checks `instanceof`.
BareRequest.prototype = globalThis.Request?.prototype

const methods = ['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE']

interface CallOptions {
  params?: { header?: HeadersInput | undefined; path?: object | undefined } | undefined
  headers?: HeadersInput | undefined
  readonly signal?: AbortSignal | undefined
}
type Call = (url: string, init?: CallOptions) => Promise<unknown>

/** Makes a call ignore a polluted prototype, and keep header values out of its errors. */
function harden(call: Call, vendor: string): Call {
  return async (url, init) => {
    const { signal, headers, params } = copyOwn(init)
    checkSignal(signal ?? undefined, vendor)
    const own = copyOwn(params)
    own.header = checkCallHeaders(own.header, vendor)
    // Without it, openapi-fetch would send `{id}` as it is.
    own.path ??= {}
    const given = { ...init, headers: checkCallHeaders(headers, vendor), params: own }
    try {
      return await call(url, isAnyInherited() ? { ...unset, ...given } : given)
    } catch (error) {
      // openapi-fetch takes a falsy reason for no error, and then fails itself.
      throwIfAborted(signal)
      throw error
    }
  }
}

// openapi-fetch reads `null` as "without this header", and converts any other value to text.
function checkCallHeaders(headers: HeadersInput | undefined, vendor: string): HeadersInput | undefined {
  if (headers === undefined) return undefined
  if (Symbol.iterator in headers) return checkHeaders(headers, vendor)
  const entries = Object.entries(copyOwn(headers))
  const texts = entries.filter(([, value]) => value != null).map(([name, value]) => [name, String(value)])
  return {
    ...Object.fromEntries(entries.map(([name]) => [name, null])),
    ...checkHeaders(Object.fromEntries(texts), vendor),
  } as HeadersInput
}

// The options that openapi-fetch reads. It copies those of a client and of a call into objects that inherit.
const names = [
  'baseUrl',
  'body',
  'bodySerializer',
  'fetch',
  'headers',
  'middleware',
  'parseAs',
  'pathSerializer',
  'querySerializer',
  'Request',
  'requestInitExt',
]
const unset = Object.fromEntries(names.map((name) => [name, undefined]))
const isAnyInherited = () => names.some((name) => name in Object.prototype)
