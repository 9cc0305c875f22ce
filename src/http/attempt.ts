import { ApiError } from '../errors.ts'
import { raceAbort, throwIfAborted } from '../internal/abort.ts'
import { createLimiter, type Place } from '../internal/limiter.ts'
import { copyOwn, notify, omitUndefined } from '../internal/options.ts'
import type { ClientSettings, RequestEvent } from './client-options.ts'
import type { ClientRequest } from './client-request.ts'
import { readResponse } from './read-response.ts'
import { createRedactor, type Redactor } from './redact.ts'
import { readRequestId } from './response-facts.ts'
import { takeShared } from './shared-limit.ts'
import { createTokenSource } from './token-source.ts'
import { timedOut, toTransportError } from './transport-error.ts'

const noSecrets: readonly string[] = []

/** A request, and what its attempts so far have used up. */
export interface Exchange {
  readonly request: ClientRequest
  attempts: number
  isTokenRefreshed: boolean
}

/** How an attempt ended. */
type Ended = { readonly [Key in 'status' | 'requestId' | 'error']?: RequestEvent[Key] | undefined }

/**
 * Makes the function that attempts a request once: when the limits allow it, with a token, and once more with a new
 * token where that was refused.
 *
 * @throws ConfigurationError `invalid-option` for a token that cannot be sent.
 */
export function createAttempt(settings: ClientSettings): (exchange: Exchange) => Promise<Response> {
  const tokens = settings.isAnonymous ? undefined : createTokenSource(settings)
  const limiter = createLimiter(settings.concurrency, settings.rateLimits, settings.clock)

  let redactor: Redactor | undefined
  let redacted: readonly string[] | undefined
  // Those in use, and the one that was sent: where each request has a token of its own, it may be in use no more.
  const redactorOf = (token: string | undefined): Redactor => {
    const { secrets = noSecrets } = tokens ?? {}
    if (token !== undefined && !secrets.includes(token)) return toRedactor([token, ...secrets])
    if (!redactor || secrets !== redacted) redactor = toRedactor(secrets)
    redacted = secrets
    return redactor
  }

  const toRedactor = (secrets: readonly string[]): Redactor =>
    createRedactor([...secrets.flatMap(sentAs), ...settings.secrets])

  // As its header carries it, and what of `user:password` is secret.
  const sentAs = (token: string): string[] => [
    token,
    token.slice(token.indexOf(':') + 1),
    ...Object.values(settings.auth(token)).map((value) => value.slice(value.indexOf(' ') + 1)),
  ]

  async function attempt(exchange: Exchange, fresh?: string): Promise<Response> {
    const { vendor, signal, isCrossOrigin } = exchange.request
    let token: string | undefined
    let refusal: unknown
    // The store that a vendor points to has no part in the vendor's limits.
    const place = isCrossOrigin ? undefined : await limiter.enter(signal)
    try {
      if (!isCrossOrigin && settings.sharedLimit) await takeShared(settings.sharedLimit, vendor, signal)
      // Taken when the request may begin: a token that lives for minutes would expire in the queue.
      token = fresh ?? (isCrossOrigin ? undefined : await tokens?.get(signal))
      return await send(exchange, token, place)
    } catch (error) {
      refusal = error
    } finally {
      place?.leave()
    }
    const isRefused = refusal instanceof ApiError && refusal.httpStatus === 401 && !exchange.isTokenRefreshed
    if (!isRefused || token === undefined) throw refusal
    exchange.isTokenRefreshed = true
    const next = await tokens?.refresh(token, signal)
    if (next === undefined) throw refusal
    return attempt(exchange, next)
  }

  async function send(
    exchange: Exchange,
    token: string | undefined,
    place: Place | undefined,
  ): Promise<Response> {
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
        .then((each) => readResponse(each, request, () => redactorOf(token), settings.problem))
      const read = await raceAbort(response, {
        signal,
        limit: { ms: timeout, timeoutError: () => timedOut(request, timeout) },
      })
      report?.(exchange, began, { status: read.status, requestId: readRequestId(read.headers) })
      return read
    } catch (caught) {
      // Whatever is still under way is of no use any more.
      controller.abort(caught)
      throwIfAborted(signal)
      const error = toTransportError(caught, request)
      const { httpStatus: status, requestId } = error as Partial<ApiError>
      report?.(exchange, began, { status, requestId, error })
      throw error
    }
  }

  const { onRequest } = settings
  const report = onRequest && (({ request, attempts }: Exchange, began: number, ended: Ended): void => {
    const { vendor, method, url } = request
    const durationMs = performance.now() - began
    const event = { vendor, method, path: new URL(url).pathname, attempt: attempts, ...ended, durationMs }
    notify(onRequest, omitUndefined<RequestEvent>(event))
  })

  return attempt
}
