import createClient, { type Client } from 'openapi-fetch'
import type { GetOptions } from '../client.ts'
import { ConfigurationError } from '../errors.ts'
import { own } from '../guard.ts'
import { checkBody, readJson, toResponse } from './answer.ts'
import type { Answer } from './exchange.ts'
import { readDate, readHint } from './hints.ts'
import { checkId } from './id.ts'
import { type ClientOptions, resolveClientOptions, type VendorDefaults } from './options.ts'
import { createSender, type SendOptions } from './sender.ts'
import type { Check } from './shape.ts'

/** One call of a vendor's API. */
export interface Call {
  /** What is asked for, in words for errors: `export "abc"`. */
  readonly what: string
  /** With its ids encoded. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number>>
  /** Makes it a POST, of JSON. */
  readonly body?: object
  /** Makes it a POST, of a form. */
  readonly form?: Readonly<Record<string, string>>
}

/** A checked answer. */
export interface Read<Body> {
  readonly body: Body
  /** Ms for which the vendor asks not to be asked again. */
  readonly retryAfter: number | undefined
  /** When the vendor answered, by its own clock if it tells; ms since the epoch. */
  answeredAt(): number
}

/** What a vendor's client talks through. */
export interface Transport {
  readonly vendor: string
  readonly baseUrl: string
  /** How long one attempt may take, and how long a download may be idle; in ms. */
  readonly timeout: number
  /** Makes the raw typed client; as ever with openapi-fetch, refusals come as its `error`. */
  api<Paths extends object>(): Client<Paths>
  /**
   * Makes one call, and checks what it answers. One that is a POST is not repeated unless `retries` says so.
   *
   * @throws a typed error for a refusal too
   */
  read<Body>(call: Call, check: Check, options: GetOptions | undefined): Promise<Read<Body>>
  /** Begins a download: from the vendor's own routes, or without credentials from a URL that the vendor signed. */
  open(
    url: string,
    options: SendOptions & { readonly headers: Readonly<Record<string, string>> },
  ): Promise<Answer>
}

/** @throws ConfigurationError `invalid-option` for options that cannot be. */
export function createTransport(options: Partial<ClientOptions>, defaults: VendorDefaults): Transport {
  const settings = resolveClientOptions(options, defaults)
  const { vendor, baseUrl, timeout } = settings
  const { send, secrets } = createSender(settings)
  const vendorHeaders = Object.fromEntries(settings.headers)
  const headersOfGet = { accept: 'application/json', ...vendorHeaders }

  async function fetchRaw(request: Request): Promise<Response> {
    const { url, method, signal } = request
    if (!url.startsWith(`${baseUrl}/`)) {
      const message = `The ${vendor} client sends its token to its own baseUrl and nowhere else.`
      throw new ConfigurationError('invalid-option', message, vendor)
    }
    const headers = { ...headersOfGet, ...Object.fromEntries(request.headers) }
    const what = `${method} ${new URL(url).pathname}`
    const body = request.body ? await request.text() : undefined
    // Only a request that changes nothing may be made twice.
    const retries = method === 'GET' || method === 'HEAD' ? undefined : 0
    const { answer } = await send({ url, method, headers, body }, { what, signal, retries })
    return toResponse(answer, { vendor, what }, secrets())
  }

  function pathSerializer(path: string, params: Record<string, unknown>): string {
    return Object.entries(params).reduce((filled, [name, id]) => {
      checkId(id, vendor, name)
      return filled.replace(`{${name}}`, encodeURIComponent(id))
    }, path)
  }

  return {
    vendor,
    baseUrl,
    timeout,
    api: () => createClient({ ...unused, baseUrl, fetch: fetchRaw, pathSerializer, querySerializer }),
    async read(call, check, options) {
      const { what, path, query, body, form } = own(call)
      const subject = { vendor, what }
      const url = baseUrl + path + (query ? `?${querySerializer(query)}` : '')
      const content = body ? JSON.stringify(body) : form && new URLSearchParams(form).toString()
      const message =
        content === undefined
          ? { url, method: 'GET', headers: headersOfGet, body: undefined }
          : {
              url,
              method: 'POST',
              headers: { ...headersOfGet, 'content-type': body ? json : urlEncoded },
              body: content,
            }
      const { answer, refusal } = await send(message, { ...options, what })
      if (refusal) throw refusal
      const { headers } = answer
      const read = checkBody(readJson(answer, subject, secrets()), check, subject)
      return {
        body: read as never,
        retryAfter: readHint(headers, Date.now()),
        answeredAt: () => readDate(headers),
      }
    },
    async open(url, { headers, ...options }) {
      const all = options.isForeign ? headers : { ...vendorHeaders, ...headers }
      const { answer, refusal } = await send(
        { url, method: 'GET', headers: all, body: undefined },
        { ...options, stream: true },
      )
      if (refusal) throw refusal
      return answer
    },
  }
}

const json = 'application/json'
const urlEncoded = 'application/x-www-form-urlencoded'

// What openapi-fetch reads of a client's options beside those that are set, for a polluted prototype to leave alone.
const unused = {
  Request: undefined,
  bodySerializer: undefined,
  headers: undefined,
  requestInitExt: undefined,
} as object

// openapi-fetch's own takes inherited properties, too.
function querySerializer(query: Record<string, unknown>): string {
  return Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&')
}
