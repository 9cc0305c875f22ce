/**
 * The tokens that a vendor accepts: at first one, which is valid until `expire()`.
 *
 * @param mint - creates a token from a serial number, from 0
 * @param now - the clock, in milliseconds
 */
export function createTokenStore(mint: (serial: number) => string, now: () => number) {
  const expiries = new Map<string, number>()
  let serial = 0
  let newest = ''

  /** Creates a token that expires after `lifetime` milliseconds. */
  function issue(lifetime: number): string {
    newest = mint(serial++)
    expiries.set(newest, now() + lifetime)
    return newest
  }

  function accepts(token: string | undefined): boolean {
    return token !== undefined && now() < (expiries.get(token) ?? Number.NEGATIVE_INFINITY)
  }

  issue(Number.POSITIVE_INFINITY)

  return {
    /** A token that is accepted now: the newest, or a new one if that has expired. */
    get current(): string {
      return accepts(newest) ? newest : issue(Number.POSITIVE_INFINITY)
    },
    accepts,
    issue,
    /** Expires all tokens. */
    expire: (): void => expiries.clear(),
  }
}

/** The token of the `Authorization` header, which must be `Bearer <token>` with one space: Tyk's server accepts nothing else. */
export function bearerOf(request: Request): string | undefined {
  return /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '')?.[1]
}

/** All texts in the headers that may be a token: values, credentials after a scheme, and both halves of Basic. */
export function tokensOf(request: Request): string[] {
  return [...request.headers.values()].flatMap((value) => {
    const [, scheme = '', credentials = ''] = /^(\S+) (\S+)$/.exec(value) ?? []
    const halves = /^basic$/i.test(scheme) ? Buffer.from(credentials, 'base64').toString().split(':') : []
    return [value, credentials, ...halves]
  })
}

/** A token in the form of a JWT, without a valid signature. */
export function unsignedJwt(issuer: string, serial: number): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signature = Buffer.from(`simulated signature ${serial}`.padEnd(32, '.')).toString('base64url')
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iss: issuer, sub: 'simulated', jti: serial })}.${signature}`
}

/**
 * A rate limit with a fixed window for each key.
 *
 * @param limit - requests per window; read for each request, so that it may change
 * @param per - length of the window in milliseconds
 * @param now - the clock, in milliseconds
 * @returns a function that counts one request of a key
 */
export function createRateWindow(limit: () => number, per: number, now: () => number) {
  const windows = new Map<string, { end: number; used: number }>()
  return (key: string) => {
    let window = windows.get(key)
    if (!window || now() >= window.end) {
      window = { end: now() + per, used: 0 }
      windows.set(key, window)
    }
    const allowed = window.used < limit()
    if (allowed) window.used++
    return {
      allowed,
      /** Requests left in this window. */
      remaining: Math.max(0, limit() - window.used),
      /** Whole seconds until the window ends, at least 1. */
      reset: Math.max(1, Math.ceil((window.end - now()) / 1000)),
    }
  }
}
