import createClient, { type Client } from 'openapi-fetch'
import type { GetOptions } from '../client.ts'
import { ConfigurationError } from '../errors.ts'
import { own } from '../guard.ts'
import { checkBody, toResponse } from './answer.ts'
import type { Answer } from './exchange.ts'
import { readDate, readHint } from './hints.ts'
import { checkId } from './id.ts'
import { type ClientOptions, resolveClientOptions, type VendorDefaults } from './options.ts'
import { createSender, type SendOptions } from './sender.ts'
import type { Check } from './shape.ts'

/** The options with which openapi-fetch makes a call over the transport. */
export interface Call {
  readonly fetch: (request: Request) => Promise<Response>
}

/** A checked answer. */
export interface Read<Body> {
  readonly body: Body
  /** Ms for which the vendor asks not to be asked again. */
  readonly retryAfter: number | undefined
  /** When the vendor answered, by its own clock if it tells; ms since the epoch. */
  readonly date: number
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
    make: (call: Call) => Promise<{ data?: Body; response: Response }>,
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

  async function sendRequest(request: Request, options: SendOptions): Promise<Answer> {
    const { url, method } = request
    if (!url.startsWith(`${baseUrl}/`)) {
      const message = `The ${vendor} client sends its token to its own baseUrl and nowhere else.`
      throw new ConfigurationError('invalid-option', message, vendor)
    }
    const headers = { accept: 'application/json', ...vendorHeaders, ...Object.fromEntries(request.headers) }
    return send({ url, method, headers, body: request.body ? await request.text() : undefined }, options)
  }

  async function fetchRaw(request: Request): Promise<Response> {
    const { signal, method } = request
    const what = `${method} ${new URL(request.url).pathname}`
    // Only a request that changes nothing may be made twice.
    const retries = method === 'GET' || method === 'HEAD' ? undefined : 0
    return toResponse(await sendRequest(request, { what, signal, retries }), { vendor, what }, secrets())
  }

  function pathSerializer(path: string, params: Record<string, unknown>): string {
    return path.replace(/\{(\w+)\}/g, (_, name: string) => {
      const id = params[name]
      checkId(id, vendor, name)
      return encodeURIComponent(id)
    })
  }

  return {
    vendor,
    baseUrl,
    timeout,
    api: () => createClient(own({ baseUrl, fetch: fetchRaw, headers: {}, pathSerializer })),
    async read(what, options, check, make) {
      const subject = { vendor, what }
      const call: Call = {
        // Named even though they are empty, so that a polluted prototype cannot fill them.
        ...{ baseUrl: undefined, headers: undefined },
        async fetch(request) {
          const answer = await sendRequest(request, { ...own(options), what })
          if (answer.error) throw answer.error
          return toResponse(answer, subject, secrets())
        },
      }
      const { data, response } = await make(call)
      const body = checkBody(data, check, subject)
      return { body, retryAfter: readHint(response.headers, Date.now()), date: readDate(response.headers) }
    },
    async open(url, { headers, ...options }) {
      const all = options.isForeign ? headers : { ...vendorHeaders, ...headers }
      const answer = await send(
        { url, method: 'GET', headers: all, body: undefined },
        { ...options, stream: true },
      )
      if (answer.error) throw answer.error
      return answer
    },
  }
}
