import { ApiError, ConfigurationError } from '../../errors.ts'
import type { TokenRequest } from '../../http/options.ts'
import { createSingleFlight } from '../../internal/single-flight.ts'

/** A token, and for how many ms it is good. */
export interface FreshToken {
  readonly token: string
  readonly lifetime: number
}

/**
 * Makes a token function that fetches when it must: at first, when nine tenths of the lifetime are over, and
 * when the token was refused. All who ask meanwhile wait for the same one.
 */
export function cachedToken(
  fetchToken: (signal: AbortSignal) => Promise<FreshToken>,
): (request: TokenRequest) => Promise<string> {
  let cached: { readonly token: string; readonly staleAt: number } | undefined
  const renewals = createSingleFlight<string>()

  const renew = async (signal: AbortSignal): Promise<string> => {
    const { token, lifetime } = await fetchToken(signal)
    cached = { token, staleAt: performance.now() + 0.9 * lifetime }
    return token
  }

  return async ({ signal, refresh }) => {
    if (cached && !refresh && performance.now() < cached.staleAt) return cached.token
    return renewals.join('token', renew, { signal })
  }
}

/** The vendor's refusal of what a token is made from: whatever status it chose, the credentials are wrong. */
export function refusedCredentials(error: unknown, vendor: string, what: string): unknown {
  if (!(error instanceof ApiError) || error.retryable || error.httpStatus === 404) return error
  const { httpStatus, requestId, problem } = error
  const message = `${vendor} refused ${what} (HTTP ${httpStatus}). Check them, and that they are still valid.`
  return new ApiError(message, { code: 'unauthorized', vendor, httpStatus, requestId, problem })
}

/** @throws ConfigurationError `invalid-option` for a credential that is no text. */
export function checkCredentials(credentials: Readonly<Record<string, unknown>>, vendor: string): void {
  for (const [name, value] of Object.entries(credentials)) {
    if (typeof value !== 'string' || value === '') {
      throw new ConfigurationError(
        'invalid-option',
        `${name} of ${vendor} must be a string that is not empty.`,
        vendor,
      )
    }
  }
}
