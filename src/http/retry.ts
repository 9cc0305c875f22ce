import pRetry from 'p-retry'
import type { Clock } from '../clock.ts'
import { type ApiError, isExportJobsError } from '../errors.ts'
import { throwIfAborted } from '../internal/abort.ts'
import type { ClientRequest } from './client-request.ts'

/** Calls `run` until it succeeds, or until another attempt would not help or is not allowed. */
export type Retry = <Value>(request: ClientRequest, run: () => Promise<Value>) => Promise<Value>

// A vendor that asks for a longer pause than this gets it from the wait, not within one call. In ms.
const longestPause = 60_000

// As in the SDKs of AWS: a hundred retries in a row, then one for every five successes, so that a vendor in trouble is
// not asked many times more than usual.
const fullBudget = 500
const retryCost = 5

/** Makes the retries of one client: they share a budget. */
export function createRetry(clock: Clock): Retry {
  let budget = fullBudget

  /** Pauses before a retry. `false`: it would not help, or there is no budget for it. */
  async function pause(error: unknown, retry: number, signal: AbortSignal | undefined): Promise<boolean> {
    if (!isExportJobsError(error) || !error.retryable) return false
    const backoff = 250 * 2 ** retry * (0.5 + Math.random())
    const delay = Math.max((error as Partial<ApiError>).retryAfter ?? 0, backoff)
    if (delay > longestPause || budget < retryCost) return false
    budget -= retryCost
    await clock.sleep(delay, { signal })
    return true
  }

  return async ({ retries, signal }, run) => {
    let retried = false
    try {
      // Every option, so that p-retry reads none off a polluted prototype. The pause is ours: it knows no Retry-After.
      const value = await pRetry(run, {
        retries,
        async shouldRetry({ error, retriesConsumed }) {
          retried = await pause(error, retriesConsumed, signal)
          return retried
        },
        shouldConsumeRetry: () => true,
        onFailedAttempt: () => {},
        factor: 1,
        minTimeout: 0,
        maxTimeout: 0,
        maxRetryTime: Number.POSITIVE_INFINITY,
        randomize: false,
        unref: false,
        signal: undefined,
      })
      // What its last retry cost, or a little where it needed none.
      budget = Math.min(fullBudget, budget + (retried ? retryCost : 1))
      return value
    } catch (error) {
      throwIfAborted(signal)
      throw error
    }
  }
}
