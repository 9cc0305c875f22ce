import createClient, { type Client } from 'openapi-fetch'
import type { GetOptions } from '../client.ts'
import { ConfigurationError } from '../errors.ts'
import { own } from '../guard.ts'
import { checkBody, toPlainResponse, toResponse } from './answer.ts'
import type { Answer } from './exchange.ts'
import { readDate, readHint } from './hints.ts'
import { checkId } from './id.ts'
import { type ClientOptions, resolveClientOptions, type VendorDefaults } from './options.ts'
import { createSender, type Outcome, type SendOptions } from './sender.ts'
import type { Check } from './shape.ts'

/** Completes the options of a call of the raw client, so that it goes over the transport and fails with a typed error. */
export type Call = <const Init extends CallInit>(init: Init) => Init

interface CallInit {
  readonly params?: object
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** What openapi-fetch puts together for us. A real Request would parse and copy what is only passed on. */
class PlainRequest {
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly body: string | undefined

  constructor(url: string, { method, headers, body }: { method: string; headers: Headers; body?: string }) {
    this.url = url
    this.method = method
    this.headers = headers
    this.body = body
  }
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
   * Makes one call of the raw client, and checks what it answers.
   *
   * @param what - what is asked for, in words for errors: `export "abc"`
   * @param make - makes the call with the options it is given
   * @throws a typed error for a refusal too
   */
  read<Body>(
    what: string,
    options: GetOptions | undefined,
    check: Check,
    make: (call: Call) => Promise<{ data?: Body }>,
  ): Promise<Read<Body>>
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

  function sendRequest({ url, method, headers, body }: PlainRequest, options: SendOptions): Promise<Outcome> {
    if (!url.startsWith(`${baseUrl}/`)) {
      const message = `The ${vendor} client sends its token to its own baseUrl and nowhere else.`
      throw new ConfigurationError('invalid-option', message, vendor)
    }
    const all: Record<string, string> = { accept: 'application/json', ...vendorHeaders }
    for (const [name, value] of headers) all[name] = value
    return send({ url, method, headers: all, body }, options)
  }

  async function fetchRaw(request: Request): Promise<Response> {
    const { url, method, headers, signal } = request
    const what = `${method} ${new URL(url).pathname}`
    const body = request.body ? await request.text() : undefined
    // Only a request that changes nothing may be made twice.
    const retries = method === 'GET' || method === 'HEAD' ? undefined : 0
    const { answer } = await sendRequest({ url, method, headers, body }, { what, signal, retries })
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
    async read(what, options, check, make) {
      const subject = { vendor, what }
      const sendOptions = Object.assign(own(options), { what })
      let headers: Headers | undefined
      const fetch = async (request: PlainRequest) => {
        const { answer, refusal } = await sendRequest(request, sendOptions)
        if (refusal) throw refusal
        headers = answer.headers
        return toPlainResponse(answer, subject, secrets())
      }
      const call = (init: CallInit) => {
        const { params, body, headers } = own(init)
        // Every option that openapi-fetch reads is named, so that a polluted prototype can lend it none.
        return {
          fetch,
          Request: PlainRequest,
          params: own(params),
          body,
          headers,
          baseUrl: undefined,
          parseAs: undefined,
          querySerializer: undefined,
          bodySerializer: undefined,
          pathSerializer: undefined,
          middleware: undefined,
        }
      }
      const { data } = await make(call as unknown as Call).catch((error: unknown) => {
        // A reason such as null would not have come through openapi-fetch as an error.
        sendOptions.signal?.throwIfAborted()
        throw error
      })
      const body = checkBody(data, check, subject)
      const received = headers as unknown as Headers
      return { body, retryAfter: readHint(received, Date.now()), answeredAt: () => readDate(received) }
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
