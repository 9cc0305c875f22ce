import pRetry, { type RetryContext } from 'p-retry'
import { bounded } from '../abort.ts'
import type { GetOptions } from '../client.ts'
import { parseDuration } from '../duration.ts'
import { type ApiError, type ExportJobsError, isExportJobsError } from '../errors.ts'
import { notify, own } from '../guard.ts'
import { type Answer, exchange, type Message } from './exchange.ts'
import { type Subject, timedOut, toApiError, toTransportError } from './failure.ts'
import { createGate } from './gate.ts'
import { readHint } from './hints.ts'
import { checkRetries, type TransportSettings } from './options.ts'
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

/** Sends requests for as long as that makes sense: with a token, within the limits, again when that may help. */
export interface Sender {
  /** Answers with refusals too; rejects when no answer came. */
  send(message: Message, options: SendOptions): Promise<Answer>
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

  /** One attempt, reported to the user; `refusal` and all. */
  async function attempt(
    message: Message,
    token: string | undefined,
    count: number,
    options: SendOptions,
  ): Promise<Answer> {
    const { signal, what, stream = false } = options
    const subject: Subject = { vendor, what }
    const timeout =
      options.timeout === undefined ? settings.timeout : parseDuration(options.timeout, 'timeout')
    const headers =
      token === undefined ? message.headers : { ...message.headers, authorization: `Bearer ${token}` }
    const leave = await gate.enter(signal)
    const began = performance.now()
    const report = (outcome: { status?: number; error?: ExportJobsError }) => {
      if (!settings.onRequest) return
      const { protocol, pathname } = new URL(message.url)
      const path = protocol === 'data:' ? protocol : pathname
      const durationMs = performance.now() - began
      notify(settings.onRequest, {
        vendor,
        method: message.method,
        path,
        attempt: count,
        ...outcome,
        durationMs,
      })
    }
    try {
      const received = await bounded(
        (own) => exchange(settings.fetch, { ...message, headers }, subject, stream, own),
        { signal, timeout, late: () => timedOut(subject, timeout) },
      )
      const answer = { ...received, retryAfter: readHint(received.headers, Date.now()) }
      const error = answer.ok ? undefined : toApiError(subject, answer, secrets(), permanent)
      report({ status: answer.status, ...(error && { error }) })
      return { ...answer, error }
    } catch (caught) {
      signal?.throwIfAborted()
      const error = toTransportError(caught, subject)
      report({ error })
      throw error
    } finally {
      leave()
    }
  }

  async function send(message: Message, given: SendOptions): Promise<Answer> {
    const options = own(given)
    const { signal, isForeign } = options
    const retries = options.retries === undefined ? settings.retries : checkRetries(options.retries, vendor)
    let count = 0
    let isRenewed = false
    let answer: Answer | undefined

    const authorized = async (): Promise<Answer> => {
      const token = isForeign ? undefined : await tokens?.get(signal)
      const first = await attempt(message, token, ++count, options)
      if (first.status !== 401 || token === undefined || isRenewed) return first
      isRenewed = true
      const fresh = await tokens?.renew(token, signal)
      return fresh === undefined ? first : attempt(message, fresh, ++count, options)
    }

    const pause = async (error: Error, retry: number): Promise<boolean> => {
      if (!isExportJobsError(error) || !error.retryable) return false
      const hint = (error as Partial<ApiError>).retryAfter ?? 0
      const delay = Math.max(hint, 250 * 2 ** retry * (0.5 + Math.random()))
      if (delay > longestPause) return false
      await clock.sleep(delay, { signal })
      return true
    }

    const once = async (): Promise<Answer> => {
      answer = undefined
      answer = await authorized()
      if (answer.error?.retryable) throw answer.error
      return answer
    }

    try {
      // A wait polls without retries, and often.
      if (retries === 0) return await once()
      const shouldRetry = (failed: RetryContext) => pause(failed.error, failed.retriesConsumed)
      return await pRetry(once, { retries, minTimeout: 0, shouldRetry, signal: undefined })
    } catch (error) {
      signal?.throwIfAborted()
      if (answer && answer.error === error) return answer
      throw error
    }
  }

  return { send, secrets }
}
