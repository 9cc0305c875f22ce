import { ApiError, ConfigurationError, ResponseError } from '../errors.ts'
import { createClientFetch } from '../http/client-fetch.ts'
import { resolveClientOptions, type TokenRequest } from '../http/client-options.ts'
import { whyNoToken } from '../http/headers.ts'
import { copyOwn } from '../internal/options.ts'
import { createSingleFlight } from '../internal/single-flight.ts'
import { beginCall, type VendorContext } from './context.ts'

/** A token, and for how long it is good. */
export interface FreshToken {
  readonly token: string
  /** In ms. */
  readonly lifetime: number
}

/** How a vendor exchanges credentials for tokens. */
export interface CredentialExchange {
  readonly vendor: string
  /** Where the vendor's API is, unless the options say otherwise. */
  readonly baseUrl: string
  /** What the credentials are, in words for errors: `the service account`. */
  readonly what: string
  /** By the names of the options they were given as; all are redacted in what the vendor says. */
  readonly credentials: Readonly<Record<string, string>>
  /** Fetches a new token. */
  fetchToken(context: VendorContext): Promise<FreshToken>
}

/** Where an exchange goes, and how. */
export interface ExchangeOptions {
  readonly baseUrl?: string | undefined
  readonly fetch?: typeof globalThis.fetch | undefined
}

/**
 * Makes a token function that exchanges credentials for a token at first, when nine tenths of its lifetime are over,
 * and when it was refused. All who ask meanwhile share one request.
 *
 * @throws ConfigurationError `invalid-option` for credentials or options that are invalid.
 */
export function exchangeCredentials(
  { vendor, baseUrl, what, credentials, fetchToken }: CredentialExchange,
  options: ExchangeOptions,
): (request: TokenRequest) => Promise<string> {
  for (const [name, value] of Object.entries(credentials)) {
    if (typeof value === 'string' && value !== '') continue
    const message = `${name} of ${vendor} must be a string that is not empty.`
    throw new ConfigurationError('invalid-option', message, vendor)
  }
  const secrets = Object.values(credentials)
  const settings = resolveClientOptions(options, { vendor, baseUrl, secrets, isAnonymous: true })
  const source = { ...settings, fetch: createClientFetch(settings), options }
  const flights = createSingleFlight<string>()
  let cached: { readonly token: string; readonly staleAt: number } | undefined

  async function exchange(signal: AbortSignal): Promise<string> {
    // Whoever needs the token retries, or does not: retried here as well, the two would multiply.
    const { context } = beginCall(source, 'a token', copyOwn({ signal, retries: 0 }))
    const { token, lifetime } = await fetchToken(context).catch((error: unknown) => {
      throw toCredentialsError(error, what)
    })
    const why = whyNoToken(token)
    if (why)
      throw new ResponseError('unexpected-shape', `${vendor} answered with no token: it ${why}.`, vendor)
    cached = { token, staleAt: performance.now() + 0.9 * lifetime }
    return token
  }

  return async ({ signal, refresh }) => {
    if (cached && !refresh && performance.now() < cached.staleAt) return cached.token
    return flights.join('token', exchange, { signal })
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
