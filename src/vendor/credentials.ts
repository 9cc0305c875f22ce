import { ApiError, ResponseError } from '../errors.ts'
import { type RequestEvent, resolveClientOptions, type TokenRequest } from '../http/client-options.ts'
import { whyNoToken } from '../http/headers.ts'
import { assertOption, copyOwn } from '../internal/options.ts'
import { createSingleFlight } from '../internal/single-flight.ts'
import { beginCall, createCallSource, type VendorContext } from './context.ts'

/** A token, and for how long it is valid. */
export interface FreshToken {
  readonly token: string
  /** In ms. If it is omitted or not a number, the token is used until it is refused. */
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
  /** Where the vendor's API is. If omitted, the user must set it. */
  readonly baseUrl?: string | undefined
  /** What the credentials are, in words for errors: `the service account`. */
  readonly what: string
  /** The names of the credentials. Their values are non-empty texts, and are redacted in responses. */
  readonly credentials: readonly Name[]
  /** Fetches a new token. The request carries no token, and is not retried: the request that needs the token is. */
  fetchToken(options: Credentials<Name> & Options, context: VendorContext): Promise<FreshToken>
}

/** Credentials by their names. */
export type Credentials<Name extends string> = { readonly [Each in Name]: string }

/** How credentials are exchanged for a token. */
export interface ExchangeOptions {
  /** Where the vendor's API is. Default: the vendor's own address. */
  readonly baseUrl?: string | undefined
  /** The function that makes the requests. Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Allows the credentials to be sent over plain http to other machines. Default `false`. */
  readonly allowHttp?: boolean | undefined
  /** Called after each attempt to fetch a token. What it throws never reaches the request. */
  readonly onRequest?: ((event: RequestEvent) => void) | undefined
}

/**
 * Defines how token functions are created from credentials. Such a function fetches a token when it is first called,
 * when nine tenths of its lifetime are over, and when it was refused. Concurrent calls share one request.
 *
 * @param definition - how the vendor exchanges credentials for tokens
 * @throws ConfigurationError `invalid-option` for an incomplete definition.
 * @returns creates a function for the `token` option of a client; throws a ConfigurationError `invalid-option` for
 * invalid credentials or options
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
      // The request that needs the token is retried. Retries here would multiply with those.
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

// Vendors refuse wrong credentials with different statuses.
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
