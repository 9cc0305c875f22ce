import createClient, { type Client } from 'openapi-fetch'
import { checkSignal, throwIfAborted } from '../internal/abort.ts'
import { isPolluted } from '../internal/json.ts'
import { copyOwn } from '../internal/options.ts'
import { toQuery } from './base-url.ts'
import { fillPath } from './check-id.ts'
import { PlainRequest } from './client-request.ts'
import { checkHeaders, type HeadersInput } from './headers.ts'

/** Where the requests of a typed client go. */
export interface TypedClientOptions {
  /** For errors. */
  readonly vendor: string
  /** Where the API is. Left out with `fetch`: each call is given the `fetch` of its context. */
  readonly baseUrl?: string | undefined
  /** The client's hardened `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

/**
 * Makes a client of openapi-fetch, of which the compiler checks path, parameters and body against the vendor's
 * specification: `Paths` is what openapi-typescript makes of it. Parameters of a path are checked and encoded as ids.
 *
 * @param options - the client that `extend` is given, for one that makes its own requests; the vendor's name alone for
 * one whose calls are each given the `fetch` of a context: `calls.GET('/exports/{id}', { params, fetch })`
 * @returns the client; its calls throw as that `fetch` does
 */
export function createTypedClient<Paths extends object>(options: TypedClientOptions): Client<Paths> {
  const { vendor, baseUrl, fetch } = copyOwn(options)
  const pathSerializer = (path: string, params: Record<string, unknown>) => fillPath(path, params, vendor)
  // openapi-fetch's own serializers take inherited properties, too.
  const destination = fetch ? { baseUrl, fetch } : { Request: PlainRequest }
  const settings = { ...unset, ...destination, pathSerializer, querySerializer: toQuery }
  const client = createClient<Paths>(settings as object)
  const calls = client as unknown as Record<string, Call>
  for (const method of methods) calls[method] = harden(calls[method] as Call, vendor)
  return client
}

const methods = ['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE']

interface CallOptions {
  params?: { header?: HeadersInput | undefined } | undefined
  headers?: HeadersInput | undefined
  readonly signal?: AbortSignal | undefined
}
type Call = (url: string, init?: CallOptions) => Promise<unknown>

/** A call that reads none of its options off a polluted prototype, and quotes no header in an error. */
function harden(call: Call, vendor: string): Call {
  return async (url, init) => {
    const { signal, headers, params } = copyOwn(init)
    checkSignal(signal ?? undefined, vendor)
    const own = copyOwn(params)
    own.header = checkCallHeaders(own.header, vendor)
    const given = { ...init, headers: checkCallHeaders(headers, vendor), params: own }
    try {
      return await call(url, isPolluted() ? { ...unset, ...given } : given)
    } catch (error) {
      // openapi-fetch takes a falsy reason for no error, and then fails itself.
      throwIfAborted(signal)
      throw error
    }
  }
}

// openapi-fetch takes `null` for "without this header", and whatever else has a text.
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

// What openapi-fetch reads of the options of a client and of a call. It copies both into objects that inherit.
const unset = {
  baseUrl: undefined,
  body: undefined,
  bodySerializer: undefined,
  fetch: undefined,
  headers: undefined,
  middleware: undefined,
  parseAs: undefined,
  pathSerializer: undefined,
  querySerializer: undefined,
  Request: undefined,
  requestInitExt: undefined,
}
