/** The bearer tokens one vendor accepts. */
export interface TokenStore {
  /** One that is accepted now: the newest, or a fresh one when that has expired. */
  readonly current: string
  /** Whether the vendor takes this token now. */
  accepts(token: string | undefined): boolean
  /** A new token that dies after `lifetime` milliseconds. */
  issue(lifetime: number): string
  /** Every token so far is refused from now on. */
  expire(): void
}

/**
 * @param mint - makes the token of a serial number; the first is `0`
 * @param now - the clock, in milliseconds
 * @returns the store, holding one token that lives until `expire()`
 */
export function createTokenStore(mint: (serial: number) => string, now: () => number): TokenStore {
  const deaths = new Map<string, number>()
  let serial = 0
  let newest = ''

  function issue(lifetime: number): string {
    newest = mint(serial++)
    deaths.set(newest, now() + lifetime)
    return newest
  }

  function accepts(token: string | undefined): boolean {
    return token !== undefined && now() < (deaths.get(token) ?? Number.NEGATIVE_INFINITY)
  }

  issue(Number.POSITIVE_INFINITY)

  return {
    get current() {
      return accepts(newest) ? newest : issue(Number.POSITIVE_INFINITY)
    },
    accepts,
    issue,
    expire: () => deaths.clear(),
  }
}

/**
 * The key of an `Authorization` header, strictly `Bearer <key>` with one space: Tyk's server takes nothing else.
 *
 * @param request - the request
 * @returns the key; `undefined` without the header or in any other form
 */
export function bearerOf(request: Request): string | undefined {
  return /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '')?.[1]
}

/**
 * Whatever in the headers of a request may be a token: a value, what stands behind its scheme, either half of Basic.
 *
 * @param request - the request
 */
export function tokensOf(request: Request): string[] {
  return [...request.headers.values()].flatMap((value) => {
    const [, scheme = '', credentials = ''] = /^(\S+) (\S+)$/.exec(value) ?? []
    const halves = /^basic$/i.test(scheme) ? Buffer.from(credentials, 'base64').toString().split(':') : []
    return [value, credentials, ...halves]
  })
}

/**
 * A token of the shape of a JWT that no issuer signed.
 *
 * @param issuer - its `iss`
 * @param serial - its `jti`
 */
export function unsignedJwt(issuer: string, serial: number): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signature = Buffer.from(`simulated signature ${serial}`.padEnd(32, '.')).toString('base64url')
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iss: issuer, sub: 'simulated', jti: serial })}.${signature}`
}

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
