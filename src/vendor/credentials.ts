import { ApiError, ResponseError } from '../errors.ts'
import { type RequestEvent, resolveClientOptions, type TokenRequest } from '../http/client-options.ts'
import { whyNoToken } from '../http/headers.ts'
import { assertOption, copyOwn } from '../internal/options.ts'
import { createSingleFlight } from '../internal/single-flight.ts'
import { beginCall, createCallSource, type VendorContext } from './context.ts'

/** A token, and for how long it is good. */
export interface FreshToken {
  readonly token: string
  /** In ms. Omitted, or no number: the vendor does not tell; the token is used until it is refused. */
  readonly lifetime?: number | undefined
}

/**
 * How a vendor exchanges credentials for tokens.
 *
 * @typeParam Name - the names of the credentials
 * @typeParam Options - what else the exchange needs: the first parameter of `fetchToken`
 */
export interface CredentialsDefinition<Name extends string, Options> {
  /** The vendor's name, for errors. */
  readonly vendor: string
  /** Where the vendor's API is. Omitted: whoever has the credentials must say. */
  readonly baseUrl?: string | undefined
  /** What the credentials are, in words for errors: `the service account`. */
  readonly what: string
  /** The names of the credentials: texts that are not empty, to be redacted in what the vendor says. */
  readonly credentials: readonly Name[]
  /** Fetches a new token. No token is sent, and what fails is not repeated: whoever needs the token does that. */
  fetchToken(options: Credentials<Name> & Options, context: VendorContext): Promise<FreshToken>
}

/** Credentials by their names. */
export type Credentials<Name extends string> = { readonly [Each in Name]: string }

/** Where an exchange goes, and how. */
export interface ExchangeOptions {
  /** Where the vendor's API is. Default: as the vendor was defined. */
  readonly baseUrl?: string | undefined
  /** The function that makes the requests. Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Lets the credentials travel over plain http to other machines. Default `false`. */
  readonly allowHttp?: boolean | undefined
  /** Called after each attempt at a token. What it throws never reaches the request. */
  readonly onRequest?: ((event: RequestEvent) => void) | undefined
}

/**
 * Defines what makes token functions from credentials. Such a function fetches a token at first, when nine tenths of its
 * lifetime are over, and when it was refused. All who ask meanwhile share one request.
 *
 * @param definition - how the vendor exchanges credentials for tokens
 * @throws ConfigurationError `invalid-option` for a definition that lacks something.
 * @returns makes a function for the `token` option of a client; it throws a ConfigurationError `invalid-option` for
 * credentials or options that are invalid
 */
export function defineCredentials<Name extends string, Options = unknown>(
  definition: CredentialsDefinition<Name, Options>,
): (options: Credentials<Name> & Options & ExchangeOptions) => (request: TokenRequest) => Promise<string> {
  const { vendor, baseUrl, what, credentials, fetchToken } = copyOwn(definition)
  const isWhole =
    typeof vendor === 'string' && typeof credentials?.map === 'function' && typeof fetchToken === 'function'
  assertOption(isWhole, 'defineCredentials takes { vendor, what, credentials: [names], fetchToken() }.')

  return (given) => {
    const options = copyOwn(given)
    const secrets = credentials.map((name) => {
      const value: unknown = options[name]
      const isText = typeof value === 'string' && value !== ''
      assertOption(isText, `${name} of ${vendor} must be a string that is not empty.`, vendor)
      return value
    })
    const { baseUrl: address, fetch, allowHttp, onRequest } = options
    const preset = { vendor, baseUrl, secrets, isAnonymous: true }
    const settings = resolveClientOptions({ baseUrl: address, fetch, allowHttp, onRequest }, preset)
    const source = createCallSource<unknown>(settings, options)
    const flights = createSingleFlight<string>()
    let cached: { readonly token: string; readonly staleAt: number } | undefined

    async function exchange(signal: AbortSignal): Promise<string> {
      // Whoever needs the token retries, or does not: retried here as well, the two would multiply.
      const { context } = beginCall(source, 'a token', copyOwn({ signal, retries: 0 }))
      const { token, lifetime } = await fetchToken(options, context).catch((error: unknown) => {
        throw toCredentialsError(error, what)
      })
      const why = whyNoToken(token)
      if (why)
        throw new ResponseError('unexpected-shape', `${vendor} answered with no token: it ${why}.`, vendor)
      const staleAt = Number.isFinite(lifetime) ? performance.now() + 0.9 * Number(lifetime) : Infinity
      cached = { token, staleAt }
      return token
    }

    return async ({ signal, refresh }) => {
      if (cached && !refresh && performance.now() < cached.staleAt) return cached.token
      return flights.join('token', exchange, { signal })
    }
  }
}

// Whatever status the vendor chose for its refusal, the credentials are wrong.
function toCredentialsError(error: unknown, what: string): unknown {
  if (!(error instanceof ApiError) || error.retryable || error.httpStatus === 404) return error
  const { vendor, httpStatus, requestId, problem } = error
  return new ApiError(`${vendor} refused ${what} (HTTP ${httpStatus}).`, {
    code: 'unauthorized',
    vendor,
    httpStatus,
    requestId,
    problem,
    advice: 'Check the credentials, and that they are still valid.',
  })
}
