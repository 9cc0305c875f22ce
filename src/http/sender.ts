import pRetry, { type RetryContext } from 'p-retry'
import { bounded } from '../abort.ts'
import type { GetOptions } from '../client.ts'
import { parseDuration } from '../duration.ts'
import { type ApiError, isExportJobsError } from '../errors.ts'
import { notify, own } from '../guard.ts'
import { type Answer, exchange, type Message } from './exchange.ts'
import { type Subject, timedOut, toApiError, toTransportError } from './failure.ts'
import { createGate } from './gate.ts'
import { checkRetries, type RequestEvent, type TransportSettings } from './options.ts'
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

// A vendor that asks for a longer pause than this gets it from the wait, not from within one call. In ms.
const longestPause = 60_000

/** @throws ConfigurationError `invalid-option` for a token that cannot be sent. */
export function createSender(settings: TransportSettings): Sender {
  const { vendor, clock, permanent } = settings
  const tokens = settings.isAnonymous
    ? undefined
    : createTokenSource(settings.token, vendor, settings.timeout)
  const gate = createGate(settings.concurrency, settings.rateLimits, clock)
  const secrets = () => [...(tokens?.secrets ?? []), ...settings.secrets]

  function report(
    { url, method }: Message,
    attempt: number,
    began: number,
    outcome: Partial<RequestEvent>,
  ): void {
    if (!settings.onRequest) return
    const { protocol, pathname } = new URL(url)
    const path = protocol === 'data:' ? protocol : pathname
    const durationMs = performance.now() - began
    notify(settings.onRequest, { vendor, method, path, attempt, ...outcome, durationMs })
  }

  async function attempt(message: Message, count: number, options: SendOptions): Promise<Outcome> {
    const { signal, what, stream = false } = options
    const subject: Subject = { vendor, what }
    const timeout =
      options.timeout === undefined ? settings.timeout : parseDuration(options.timeout, 'timeout')
    const leave = await gate.enter(signal)
    const began = performance.now()
    try {
      const run = (own: AbortSignal) => exchange(settings.fetch, message, subject, stream, own)
      const answer = await bounded(run, { signal, timeout, late: () => timedOut(subject, timeout) })
      const refusal = answer.ok ? undefined : toApiError(subject, answer, secrets(), permanent)
      report(message, count, began, { status: answer.status, ...(refusal && { error: refusal }) })
      return { answer, refusal }
    } catch (caught) {
      signal?.throwIfAborted()
      const error = toTransportError(caught, subject)
      report(message, count, began, { error })
      throw error
    } finally {
      leave()
    }
  }

  async function send(message: Message, given: SendOptions): Promise<Outcome> {
    const options = own(given)
    const { signal, isForeign } = options
    const retries = options.retries === undefined ? settings.retries : checkRetries(options.retries, vendor)
    let count = 0
    let isRenewed = false
    let last: Outcome | undefined

    const authorized = async (): Promise<Outcome> => {
      const token = isForeign ? undefined : await tokens?.get(signal)
      if (token === undefined) return attempt(message, ++count, options)
      const first = await attempt(withToken(message, token), ++count, options)
      if (first.answer.status !== 401 || isRenewed) return first
      isRenewed = true
      const fresh = await tokens?.renew(token, signal)
      return fresh === undefined ? first : attempt(withToken(message, fresh), ++count, options)
    }

    const pause = async (error: unknown, retry: number): Promise<boolean> => {
      if (!isExportJobsError(error) || !error.retryable) return false
      const hint = (error as Partial<ApiError>).retryAfter ?? 0
      const delay = Math.max(hint, 250 * 2 ** retry * (0.5 + Math.random()))
      if (delay > longestPause) return false
      await clock.sleep(delay, { signal })
      return true
    }

    const once = async (): Promise<Outcome> => {
      last = undefined
      last = await authorized()
      if (last.refusal?.retryable) throw last.refusal
      return last
    }

    const again = async (error: unknown): Promise<Outcome> => {
      if (retries === 0 || !(await pause(error, 0))) throw error
      const shouldRetry = (failed: RetryContext) => pause(failed.error, failed.retriesConsumed + 1)
      return pRetry(once, { retries: retries - 1, minTimeout: 0, shouldRetry, signal: undefined })
    }

    try {
      // The first attempt is made without p-retry, which takes a tenth of the time of a request.
      return await once().catch(again)
    } catch (error) {
      signal?.throwIfAborted()
      if (last && last.refusal === error) return last
      throw error
    }
  }

  return { send, secrets }
}

function withToken({ url, method, headers, body }: Message, token: string): Message {
  return { url, method, body, headers: { ...headers, authorization: `Bearer ${token}` } }
}
