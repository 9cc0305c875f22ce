import type { GetOptions } from '../client.ts'
import { isExportJobsError, ResponseError } from '../errors.ts'
import { type ClientFetch, createClientFetch } from '../http/client-fetch.ts'
import type { ClientSettings } from '../http/client-options.ts'
import type { ClientRequestInit } from '../http/client-request.ts'
import { resolveUrl } from '../http/download-url.ts'
import type { FailedRequest } from '../http/transport-error.ts'
import { checkSignal } from '../internal/abort.ts'
import { describeThrown } from '../internal/describe-thrown.ts'
import { copyOwn } from '../internal/options.ts'
import { createSingleFlight } from '../internal/single-flight.ts'
import { type PageFlights, type PageList, type PageRead, readPages } from './pages.ts'
import { requestJson, type VendorRequest } from './request.ts'
import { parseResponse, type StandardSchema } from './standard-schema.ts'
import { checkStartParams } from './start-params.ts'

/** `fetch` within one call, with the caller's signal, timeout and retries. */
export type CallFetch = (input: string | URL | Request, init?: ClientRequestInit) => Promise<Response>

/** What a vendor's functions work with. */
export interface VendorContext<Options = unknown> {
  /** The client's options. */
  readonly options: Options
  /** The options that the caller gave. */
  readonly call: GetOptions
  /** Where the API is, without a slash at its end. */
  readonly baseUrl: string
  /**
   * The client's hardened `fetch`: token, limits, retries, redaction. A path is taken below the base URL. It throws an
   * ApiError for a refusal.
   */
  readonly fetch: CallFetch
  /** Makes a request, and parses and checks its JSON. */
  readonly request: <Output = unknown>(request: VendorRequest<Output>) => Promise<Output>
  /** Checks an answer that was read in another way. @throws ResponseError for one that does not match the schema. */
  readonly parse: <Output>(schema: StandardSchema<Output>, answer: unknown) => Promise<Output>
  /**
   * Checks the parameters of a new export before anything is sent, and returns the output of the schema.
   *
   * @throws ConfigurationError `invalid-option` naming the first parameter that is wrong.
   */
  readonly checkParams: <Output>(schema: StandardSchema<Output>, params: unknown) => Promise<Output>
  /** Reads the pages of a list, one after the other. Calls of one client that read the same page share its request. */
  readonly readPages: <Item>(list: PageList<Item>) => AsyncIterable<PageRead<Item>>
  /**
   * Completes a URL from an answer, which may be relative to the base URL. Undefined for a URL that no client follows:
   * plain http, a private network, or the vendor's own host but not below the base URL.
   */
  readonly resolveUrl: (url: string | null | undefined) => string | undefined
}

/** What all calls of one client share. */
export interface CallSource<Options> {
  readonly vendor: string
  readonly baseUrl: string
  readonly fetch: ClientFetch
  readonly options: Options
  /** The pages that are being read. */
  readonly pages: PageFlights
}

/** Creates what all calls of one client share. */
export function createCallSource<Options>(settings: ClientSettings, options: Options): CallSource<Options> {
  const { vendor, baseUrl } = settings
  return { vendor, baseUrl, fetch: createClientFetch(settings), options, pages: createSingleFlight() }
}

/** One call of a client. */
export interface VendorCall<Options> {
  readonly context: VendorContext<Options>
  /** The response to its last request. */
  lastResponse(): Response | undefined
  /** Converts what the call failed with. See {@link toAnswerError}. */
  failure(error: unknown): unknown
}

/**
 * Begins a call of a client.
 *
 * @param subject - what is asked for, in words for errors: `export "abc"`
 */
export function beginCall<Options>(
  source: CallSource<Options>,
  subject: string,
  given: GetOptions,
): VendorCall<Options> {
  const { vendor, fetch: clientFetch, options, baseUrl } = source
  const { timeout, retries } = given
  const signal = checkSignal(given.signal, vendor)
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
      checkParams: (schema, params) => checkStartParams(schema, params, vendor),
      async *readPages(list) {
        const begin = (given: GetOptions) => beginCall(source, subject, given)
        for await (const page of readPages(copyOwn(list), source, begin, given)) {
          last = page.response
          yield page
        }
      },
      resolveUrl: (url) => resolveUrl(url, baseUrl),
    },
    lastResponse: () => last,
    failure: (error) => (last ? toAnswerError(error, { vendor, subject }) : error),
  }
}

/**
 * Converts an error that a vendor's function threw after the vendor had answered: the function could not handle the
 * answer. Code that reads what is not there throws a TypeError, a request with a bad id or URL from the answer a
 * ConfigurationError.
 *
 * @returns a ResponseError `unexpected-shape` for these two, any other error as it is
 */
export function toAnswerError(error: unknown, { vendor, subject }: FailedRequest): unknown {
  const isMistake = isExportJobsError(error) && error.name === 'ConfigurationError'
  if (!isMistake && !(error instanceof TypeError)) return error
  const why = isMistake ? error.message : `the code of the client threw ${describeThrown(error)}.`
  return new ResponseError(
    'unexpected-shape',
    `The answer of ${vendor} for ${subject} cannot be used: ${why}`,
    vendor,
    'Check the base URL, and whether the API has changed. A schema tells what is missing.',
  )
}
