/** What a limiter says about one request. */
export interface RateDecision {
  readonly allowed: boolean
  /** Requests left in this window. */
  readonly remaining: number
  /** Whole seconds until the window ends, at least 1. */
  readonly reset: number
}

/**
 * A fixed window per key, as the vendors' limiters have.
 *
 * @param limit - requests per window; asked anew each time, so that it may change
 * @param per - length of the window in milliseconds
 * @param now - the clock, in milliseconds
 * @returns counts one request of a key
 */
export function createRateWindow(
  limit: () => number,
  per: number,
  now: () => number,
): (key: string) => RateDecision {
  const windows = new Map<string, { end: number; used: number }>()
  return (key) => {
    let window = windows.get(key)
    if (!window || now() >= window.end) {
      window = { end: now() + per, used: 0 }
      windows.set(key, window)
    }
    const allowed = window.used < limit()
    if (allowed) window.used++
    return {
      allowed,
      remaining: Math.max(0, limit() - window.used),
      reset: Math.max(1, Math.ceil((window.end - now()) / 1000)),
    }
  }
}
