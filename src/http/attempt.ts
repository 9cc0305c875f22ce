import { ApiError, TransportError } from '../errors.ts'
import { raceAbort, throwIfAborted, withTimeout } from '../internal/abort.ts'
import { describeThrown } from '../internal/describe-thrown.ts'
import { createLimiter, type Place } from '../internal/limiter.ts'
import { copyOwn, notify, omitUndefined } from '../internal/options.ts'
import type { ClientSettings, RequestEvent, SharedRateLimit } from './client-options.ts'
import type { ClientRequest } from './client-request.ts'
import { readResponse } from './read-response.ts'
import { createTokenRedactor } from './redact.ts'
import { readRequestId } from './response-facts.ts'
import { createTokenSource } from './token-source.ts'
import { timedOut, toTransportError } from './transport-error.ts'

/** A request, and what its attempts so far have used up. */
export interface Exchange {
  readonly request: ClientRequest
  attempts: number
  isTokenRefreshed: boolean
}

/** How an attempt ended. */
type Ended = { readonly [Key in 'status' | 'requestId' | 'error']?: RequestEvent[Key] | undefined }

/**
 * Makes the function that attempts a request once: when the limits allow it, with a token, and a second time with a
 * new token if the vendor refused that one.
 *
 * @throws ConfigurationError `invalid-option` for a token that cannot be sent.
 */
export function createAttempt(settings: ClientSettings): (exchange: Exchange) => Promise<Response> {
  const tokens = settings.isAnonymous ? undefined : createTokenSource(settings)
  const redactorFor = createTokenRedactor(settings, tokens)
  const limiter = createLimiter(settings.concurrency, settings.rateLimits, settings.clock)

  async function attempt(exchange: Exchange, fresh?: string): Promise<Response> {
    const { vendor, signal, isCrossOrigin } = exchange.request
    // A store that the vendor points to gets no token, and its requests count towards no limit of the vendor.
    if (isCrossOrigin) return send(exchange)
    let token: string | undefined
    let refusal: unknown
    const place = await limiter.enter(signal)
    try {
      if (settings.sharedLimit) await takeShared(settings.sharedLimit, vendor, signal)
      // Only now, as a token that is valid for minutes would expire in the queue.
      token = fresh ?? (await tokens?.get(signal))
      return await send(exchange, token, place)
    } catch (error) {
      refusal = error
    } finally {
      place.leave()
    }
    const isRefused = refusal instanceof ApiError && refusal.httpStatus === 401 && !exchange.isTokenRefreshed
    if (!isRefused || token === undefined) throw refusal
    exchange.isTokenRefreshed = true
    const next = await tokens?.refresh(token, signal)
    if (next === undefined) throw refusal
    return attempt(exchange, next)
  }

  async function send(exchange: Exchange, token?: string, place?: Place): Promise<Response> {
    const { request } = exchange
    const { url, method, body, signal, timeout } = request
    const controller = new AbortController()
    const headers = token === undefined ? request.headers : { ...request.headers, ...settings.auth(token) }
    const began = performance.now()
    exchange.attempts++
    place?.begin()
    try {
      const init = {
        method,
        headers,
        body: body ?? null,
        redirect: 'manual' as const,
        signal: controller.signal,
      }
      const response = settings
        .fetch(url, copyOwn(init))
        .then((each) => readResponse(each, request, () => redactorFor(token), settings.problem))
      const read = await raceAbort(response, {
        signal,
        limit: { ms: timeout, timeoutError: () => timedOut(request, timeout) },
      })
      report(exchange, began, { status: read.status, requestId: readRequestId(read.headers) })
      return read
    } catch (caught) {
      // Nobody reads the rest of the response.
      controller.abort(caught)
      throwIfAborted(signal)
      const error = toTransportError(caught, request)
      const { httpStatus: status, requestId } = error as Partial<ApiError>
      report(exchange, began, { status, requestId, error })
      throw error
    }
  }

  function report({ request, attempts }: Exchange, began: number, ended: Ended): void {
    if (!settings.onRequest) return
    const { vendor, method, url } = request
    const durationMs = performance.now() - began
    const event = { vendor, method, path: new URL(url).pathname, attempt: attempts, ...ended, durationMs }
    notify(settings.onRequest, omitUndefined<RequestEvent>(event))
  }

  return attempt
}

/**
 * Waits until a limiter of the user's own lets a request begin.
 *
 * @throws TransportError `network`, not sent, for whatever the limiter throws; the signal's reason on abort.
 */
async function takeShared(
  limit: SharedRateLimit,
  vendor: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await withTimeout(async (own) => limit.take(own), { signal })
  } catch (error) {
    throwIfAborted(signal)
    const message = `The rateLimit of the ${vendor} client threw ${describeThrown(error)}. Its text is not shown, as it may contain a secret.`
    throw new TransportError('network', message, vendor, false, 'Nothing was sent. Check take().')
  }
}
