import { createAttempt } from './attempt.ts'
import { BufferedResponse } from './buffered-response.ts'
import type { ClientSettings } from './client-options.ts'
import {
  type CallDefaults,
  type ClientRequestInit,
  type RequestInput,
  toClientRequest,
} from './client-request.ts'
import { responseOf } from './read-response.ts'
import { createRetry } from './retry.ts'

/**
 * The `fetch` of a client: sends the token, keeps the limits, retries temporary errors, limits the time and size of
 * each attempt, and redacts credentials in the response.
 *
 * @throws ApiError for a refusal; TransportError, ResponseError, ConfigurationError; the signal's reason.
 */
export type ClientFetch = (
  input: RequestInput,
  init?: ClientRequestInit,
  defaults?: CallDefaults,
) => Promise<Response>

/**
 * Creates the function that every request of a client goes through.
 *
 * @throws ConfigurationError `invalid-option` for a token that cannot be sent.
 */
export function createClientFetch(settings: ClientSettings): ClientFetch {
  const attempt = createAttempt(settings)
  const retry = createRetry(settings.clock)
  return async (input, init, defaults) => {
    const request = await toClientRequest(input, init, defaults, settings)
    const exchange = { request, attempts: 0, isTokenRefreshed: false }
    return retry(request, () => attempt(exchange))
  }
}

/** Converts it to a standard `fetch`, which returns a `Response` for a refusal, too. */
export function toFetch(clientFetch: ClientFetch): typeof globalThis.fetch {
  return async (input, init) => {
    try {
      return toStandard(await clientFetch(input, init as ClientRequestInit))
    } catch (error) {
      const response = responseOf(error)
      if (response) return toStandard(response)
      throw error
    }
  }
}

const toStandard = (response: Response): Response =>
  response instanceof BufferedResponse ? response.toStandard() : response
