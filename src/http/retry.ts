import pRetry from 'p-retry'
import type { Clock } from '../clock.ts'
import { type ApiError, isExportJobsError } from '../errors.ts'
import { throwIfAborted } from '../internal/abort.ts'
import { sleepBy } from '../internal/system-clock.ts'
import type { ClientRequest } from './client-request.ts'

/** Calls `run` until it succeeds, or another attempt would not help or is not allowed. */
export type Retry = <Value>(request: ClientRequest, run: () => Promise<Value>) => Promise<Value>

// In ms. If the vendor asks for a longer pause, the call fails, and a wait makes the pause.
const longestPause = 60_000

// As in the SDKs of AWS: a hundred retries in a row, then one for every five successes, so that retries do not multiply
// the load of a vendor that is in trouble.
const fullBudget = 500
const retryCost = 5

/** Creates the retry function of one client. All its calls share a budget. */
export function createRetry(clock: Clock): Retry {
  let budget = fullBudget

  /** Pauses before a retry. `false`: it would not help, or the budget is used up. */
  async function pause(error: unknown, retry: number, signal: AbortSignal | undefined): Promise<boolean> {
    if (!isExportJobsError(error) || !error.retryable) return false
    const backoff = Math.min(250 * 2 ** retry * (0.5 + Math.random()), longestPause)
    const delay = Math.max((error as Partial<ApiError>).retryAfter ?? 0, backoff)
    if (delay > longestPause || budget < retryCost) return false
    budget -= retryCost
    await sleepBy(clock, delay, { signal })
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
      // The cost of the last retry, or a little if there was none.
      budget = Math.min(fullBudget, budget + (retried ? retryCost : 1))
      return value
    } catch (error) {
      throwIfAborted(signal)
      throw error
    }
  }
}
