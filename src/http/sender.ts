import type { GetOptions } from '../client.ts'
import { parseDuration } from '../duration.ts'
import { type ApiError, isExportJobsError } from '../errors.ts'
import { withTimeout } from '../internal/abort.ts'
import { createLimiter } from '../internal/limiter.ts'
import { copyOwn, notify } from '../internal/options.ts'
import { type Answer, exchange, type Message } from './exchange.ts'
import { type Subject, timedOut, toApiError, toTransportError } from './failure.ts'
import { checkRetries, type RequestEvent, type TransportSettings } from './options.ts'
import { createRetryBudget } from './retry-budget.ts'
import { createTokenSource } from './tokens.ts'

/** What is asked of one request, or of its repetitions. */
export interface SendOptions extends GetOptions {
  /** What was asked for, in words for errors: `export "abc"`. */
  readonly what: string
  /** Leave the body of a success unread: it is a download. */
  readonly stream?: boolean
  /** It goes elsewhere than to the vendor, and no credential with it. */
  readonly isForeign?: boolean
}

/** How a request ended. */
export interface Outcome {
  readonly answer: Answer
  /** What the answer means when it is a refusal. */
  readonly refusal: ApiError | undefined
}

/** Sends requests for as long as that makes sense: with a token, within the limits, again when that may help. */
export interface Sender {
  /** Rejects when no answer came that could be read. */
  send(message: Message, options: SendOptions): Promise<Outcome>
  /** The credentials in use, to be struck out of what the vendor says. */
  secrets(): readonly string[]
}

/** What the attempts of one call have in common. */
interface Call {
  readonly message: Message
  readonly subject: Subject
  readonly options: SendOptions
  /** Of one attempt, in ms. */
  readonly timeout: number
  attempts: number
  /** What the last attempt was sent with. */
  token: string | undefined
  /** The token has been renewed, which is done once. */
  isRenewed: boolean
}

// A vendor that asks for a longer pause than this gets it from the wait, not from within one call. In ms.
const longestPause = 60_000

/** @throws ConfigurationError `invalid-option` for a token that cannot be sent. */
export function createSender(settings: TransportSettings): Sender {
  const { vendor, clock, permanent } = settings
  const tokens = settings.isAnonymous
    ? undefined
    : createTokenSource(settings.token, vendor, settings.timeout)
  const gate = createLimiter(settings.concurrency, settings.rateLimits, clock)
  const budget = createRetryBudget()
  const secrets = () => [...(tokens?.secrets ?? []), ...settings.secrets]

  function report({ message, attempts }: Call, began: number, outcome: Partial<RequestEvent>): void {
    if (!settings.onRequest) return
    const { protocol, pathname } = new URL(message.url)
    const path = protocol === 'data:' ? protocol : pathname
    const durationMs = performance.now() - began
    const { method } = message
    notify(settings.onRequest, { vendor, method, path, attempt: attempts, ...outcome, durationMs })
  }

  // The token is taken when its request may begin: one that lives for minutes would die in the queue.
  async function attempt(call: Call, fresh?: string): Promise<Outcome> {
    const { signal, isForeign } = call.options
    // Another's store has no part in the vendor's limits.
    const leave = isForeign ? () => {} : await gate.enter(signal)
    try {
      call.token = fresh ?? (isForeign ? undefined : await tokens?.get(signal))
      return await request(call)
    } finally {
      leave()
    }
  }

  async function request(call: Call): Promise<Outcome> {
    const { message, subject, timeout, options, token } = call
    const { signal, stream = false } = options
    const began = performance.now()
    call.attempts++
    try {
      const run = (own: AbortSignal) => exchange(settings.fetch, message, token, subject, stream, own)
      const answer = await withTimeout(run, {
        signal,
        limit: { ms: timeout, timeoutError: () => timedOut(subject, timeout) },
      })
      const refusal = answer.ok ? undefined : toApiError(subject, answer, secrets(), permanent)
      report(call, began, { status: answer.status, ...(refusal && { error: refusal }) })
      return { answer, refusal }
    } catch (caught) {
      signal?.throwIfAborted()
      const error = toTransportError(caught, subject)
      report(call, began, { error })
      throw error
    }
  }

  async function authorized(call: Call): Promise<Outcome> {
    const outcome = await attempt(call)
    if (outcome.answer.status !== 401 || call.isRenewed || call.token === undefined) return outcome
    call.isRenewed = true
    const fresh = await tokens?.renew(call.token, call.options.signal)
    return fresh === undefined ? outcome : attempt(call, fresh)
  }

  /** Pauses before a retry. `false`: it would not help, or is not to be made. */
  async function pause(error: unknown, retry: number, signal: AbortSignal | undefined): Promise<boolean> {
    if (!isExportJobsError(error) || !error.retryable) return false
    const hint = (error as Partial<ApiError>).retryAfter ?? 0
    const delay = Math.max(hint, 250 * 2 ** retry * (0.5 + Math.random()))
    if (delay > longestPause || !budget.take()) return false
    await clock.sleep(delay, { signal })
    return true
  }

  async function send(message: Message, given: SendOptions): Promise<Outcome> {
    const options = copyOwn(given)
    const { signal, what } = options
    const timeout =
      options.timeout === undefined ? settings.timeout : parseDuration(options.timeout, 'timeout')
    const retries = options.retries === undefined ? settings.retries : checkRetries(options.retries, vendor)
    const subject = { vendor, what, isForeign: options.isForeign }
    const call: Call = { message, options, timeout, subject, attempts: 0, token: undefined, isRenewed: false }
    for (let retry = 0; ; retry++) {
      let outcome: Outcome | undefined
      let error: unknown
      try {
        outcome = await authorized(call)
        error = outcome.refusal
      } catch (caught) {
        signal?.throwIfAborted()
        error = caught
      }
      if (error === undefined) budget.refund(retry > 0)
      else if (retry < retries && (await pause(error, retry, signal))) continue
      if (outcome) return outcome
      throw error
    }
  }

  return { send, secrets }
}
