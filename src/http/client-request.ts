import type { GetOptions } from '../client.ts'
import { parseDuration } from '../duration.ts'
import { ConfigurationError } from '../errors.ts'
import { anySignal, checkSignal } from '../internal/abort.ts'
import { copyOwn } from '../internal/options.ts'
import { climbs, parseUrl } from './base-url.ts'
import { type ClientSettings, checkRetries } from './client-options.ts'
import { checkHeaders, type HeadersInput } from './headers.ts'

/** What a request takes: the options of `fetch`, and these. */
export interface ClientRequestInit extends Omit<RequestInit, 'signal'>, GetOptions {
  /** What is asked for, in words for errors: `export "abc"`. Default: method and path. */
  readonly subject?: string | undefined
  /** For a download: the body of a success is not read. */
  readonly stream?: boolean | undefined
  /** For another host than the vendor's: no credential is sent, and the vendor's limits do not apply. */
  readonly isCrossOrigin?: boolean | undefined
}

/** A request of a client, checked. Every attempt is made from it. */
export interface ClientRequest {
  readonly vendor: string
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: BodyInit | undefined
  readonly signal: AbortSignal | undefined
  /** For one attempt, in ms. */
  readonly timeout: number
  readonly retries: number
  readonly subject: string
  readonly stream: boolean
  readonly isCrossOrigin: boolean
}

/**
 * The request that openapi-fetch creates. The runtime's `Request` costs more, and reads options off a polluted
 * prototype.
 */
export class PlainRequest {
  readonly url: string

  constructor(url: string, init: object) {
    Object.assign(this, init)
    this.url = url
  }
}

/** What a request is made from. Spelled out, as only the DOM library has a name for the input of `fetch`. */
export type RequestInput = string | URL | Request | PlainRequest

/** The defaults for all requests of one call. */
export type CallDefaults = Pick<ClientRequestInit, 'subject' | 'signal' | 'timeout' | 'retries'>

/**
 * Checks a request before anything is sent.
 *
 * @param input - as for `fetch`; a path is taken below the client's base URL
 * @throws ConfigurationError `invalid-option` for a request that would send the token to another place than the base
 * URL, or that cannot be sent.
 */
export async function toClientRequest(
  input: RequestInput,
  init: ClientRequestInit | undefined,
  defaults: CallDefaults | undefined,
  settings: ClientSettings,
): Promise<ClientRequest> {
  const { vendor } = settings
  const { address, fields } = readInput(input)
  const given = mergeInits([defaults, fields, init], vendor)
  const { isCrossOrigin = false, stream = false, timeout, retries = settings.retries } = given
  const url = toUrl(address, isCrossOrigin, settings)
  const method = (given.method ?? 'GET').toUpperCase()
  const isRepeatable = method === 'GET' || method === 'HEAD'
  return {
    vendor,
    url: url.href,
    method,
    headers: Object.assign(
      stream ? {} : { accept: 'application/json' },
      isCrossOrigin ? undefined : settings.headers,
      checkHeaders(given.headers as HeadersInput | undefined, vendor),
    ),
    body: await readBody(given.body),
    signal: given.signal,
    timeout: timeout === undefined ? settings.timeout : parseDuration(timeout, 'timeout'),
    retries: isRepeatable ? checkRetries(retries, vendor) : 0,
    subject: given.subject ?? `${method} ${url.pathname}`,
    stream,
    isCrossOrigin,
  }
}

/**
 * As with fetch, a later option takes precedence, and one that is undefined counts as absent. The signals are combined:
 * each of them must be able to end the request.
 */
function mergeInits(inits: readonly (ClientRequestInit | undefined)[], vendor: string): ClientRequestInit {
  const merged = copyOwn<Record<string, unknown>>(undefined)
  const signals: (AbortSignal | undefined)[] = []
  for (const init of inits) {
    if (!init) continue
    for (const name of Object.keys(init) as (keyof ClientRequestInit)[]) {
      if (name === 'signal') signals.push(checkSignal(init.signal ?? undefined, vendor))
      else if (init[name] !== undefined) merged[name] = init[name]
    }
  }
  return Object.assign(merged, { signal: anySignal(...signals) })
}

interface Input {
  readonly address: string
  /** What a request says beside its address. */
  readonly fields?: ClientRequestInit
}

function readInput(input: RequestInput): Input {
  if (typeof input === 'string' || input instanceof URL) return { address: String(input) }
  if (input instanceof PlainRequest) return { address: input.url, fields: input as ClientRequestInit }
  // A `Request` has its fields on its prototype. openapi-fetch adds the options of a call that no `Request` has.
  const { url, method, headers, body, signal } = input
  const { timeout, retries } = copyOwn(input as ClientRequestInit)
  return { address: url, fields: { method, headers, body, signal, timeout, retries } }
}

function toUrl(address: string, isCrossOrigin: boolean, { vendor, baseUrl }: ClientSettings): URL {
  const isPath = address.startsWith('/') && !address.startsWith('//')
  const url = parseUrl(isPath ? baseUrl + address : address)
  const isBelow =
    url && /^(?:$|[/?])/.test(url.href.startsWith(baseUrl) ? url.href.slice(baseUrl.length) : '-')
  if (url && (isCrossOrigin || (isBelow && !climbs(url)))) return url
  throw new ConfigurationError(
    'invalid-option',
    `The ${vendor} client sends its token to its own base URL and nowhere else.`,
    vendor,
    'Give a path that begins with a slash, or a URL below the base URL.',
  )
}

// Read into memory, so that it can be sent more than once.
async function readBody(body: BodyInit | null | undefined): Promise<BodyInit | undefined> {
  if (body === undefined || body === null) return undefined
  return typeof body === 'string' ? body : new Response(body).arrayBuffer()
}
