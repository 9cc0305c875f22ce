import type { GetOptions } from '../client.ts'
import type { ClientFetch } from '../http/client-fetch.ts'
import type { ClientRequestInit } from '../http/client-request.ts'
import { requestJson, type VendorRequest } from './request.ts'
import { parseResponse, type StandardSchema } from './standard-schema.ts'

/** `fetch` within one call: it carries the signal, the timeout and the retries that the caller gave. */
export type CallFetch = (input: Parameters<ClientFetch>[0], init?: ClientRequestInit) => Promise<Response>

/** What a vendor's functions work with. */
export interface VendorContext<Options = unknown> {
  /** The client's options. */
  readonly options: Options
  /** What the caller of this call gave. */
  readonly call: GetOptions
  /** Where the API is, without a slash at its end. */
  readonly baseUrl: string
  /**
   * The client's hardened `fetch`: token, limits, retries, redaction. A path is taken below the base URL. It throws an
   * ApiError for a refusal.
   */
  readonly fetch: CallFetch
  /** Makes a request, and reads and checks its JSON. */
  readonly request: <Output>(request: VendorRequest<Output>) => Promise<Output>
  /** Checks an answer that was read otherwise. @throws ResponseError for one that is not as the schema says. */
  readonly parse: <Output>(schema: StandardSchema<Output>, answer: unknown) => Promise<Output>
}

/** What the calls of one client have in common. */
export interface CallSource<Options> {
  readonly vendor: string
  readonly baseUrl: string
  readonly fetch: ClientFetch
  readonly options: Options
}

/** One call of a client. */
export interface VendorCall<Options> {
  readonly context: VendorContext<Options>
  /** The answer to its last request. */
  lastResponse(): Response | undefined
}

/**
 * Begins a call of a client.
 *
 * @param subject - what is asked for, in words for errors: `export "abc"`
 */
export function beginCall<Options>(
  { vendor, fetch: clientFetch, options, baseUrl }: CallSource<Options>,
  subject: string,
  given: GetOptions,
): VendorCall<Options> {
  const { signal, timeout, retries } = given
  const defaults = { subject, signal, timeout, retries }
  let last: Response | undefined
  const fetch: CallFetch = async (input, init) => {
    last = await clientFetch(input, init, defaults)
    return last
  }
  return {
    context: {
      options,
      call: { signal, timeout, retries },
      baseUrl,
      fetch,
      request: (request) => requestJson(fetch, { vendor, subject }, request),
      parse: (schema, answer) => parseResponse(schema, answer, { vendor, subject }),
    },
    lastResponse: () => last,
  }
}
