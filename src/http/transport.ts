import type { Client } from 'openapi-fetch'
import type { GetOptions } from '../client.ts'
import { copyOwn } from '../internal/options.ts'
import { checkBody, readJson } from './answer.ts'
import type { Answer, Message } from './exchange.ts'
import { readDate, readHint } from './hints.ts'
import { type ClientOptions, resolveClientOptions, type VendorDefaults } from './options.ts'
import { createRawClient } from './raw-client.ts'
import { createSender, type SendOptions } from './sender.ts'
import type { Check } from './shape.ts'
import { toQuery } from './url.ts'

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
  /** The instant by the clock of the vendor that answered last, by our own before; ms since the epoch. */
  now(): number
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
  const sender = createSender(settings)
  const { send, secrets } = sender
  const vendorHeaders = Object.fromEntries(settings.headers)
  const headersOfGet = { accept: 'application/json', ...vendorHeaders }

  let answered: { readonly headers: Headers; readonly at: number } | undefined

  function toMessage({ path, query, body, form }: Call): Message {
    const url = baseUrl + path + (query ? `?${toQuery(query)}` : '')
    if (!body && !form) return { url, method: 'GET', headers: headersOfGet, body: undefined }
    const type = body ? 'application/json' : 'application/x-www-form-urlencoded'
    return {
      url,
      method: 'POST',
      headers: { ...headersOfGet, 'content-type': type },
      body: body ? JSON.stringify(body) : new URLSearchParams(form).toString(),
    }
  }

  return {
    vendor,
    baseUrl,
    timeout,
    now: () => (answered ? readDate(answered.headers) + performance.now() - answered.at : Date.now()),
    api: () => createRawClient({ vendor, baseUrl, headers: headersOfGet }, sender),
    async read(call, check, options) {
      const { what } = call
      const subject = { vendor, what }
      const { answer, refusal } = await send(toMessage(copyOwn(call)), { ...options, what })
      if (refusal) throw refusal
      const { headers } = answer
      answered = { headers, at: performance.now() }
      const read = checkBody(readJson(answer, subject, secrets()), check, subject)
      return {
        body: read as never,
        retryAfter: readHint(headers),
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
