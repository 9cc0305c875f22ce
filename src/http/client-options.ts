import { type Clock, isClock } from '../clock.ts'
import { type Duration, parseDuration } from '../duration.ts'
import type { ExportJobsError } from '../errors.ts'
import type { Limit } from '../internal/limiter.ts'
import { assertOption, copyOwn } from '../internal/options.ts'
import { systemClock } from '../internal/system-clock.ts'
import type { ReadProblem } from './api-error.ts'
import { checkBaseUrl } from './base-url.ts'
import { checkHeaders, type HeadersInput } from './headers.ts'

/** What a token function is called with. */
export interface TokenRequest {
  /** Aborted when no request needs the token any more. */
  readonly signal: AbortSignal
  /** `true`: the vendor has refused the last token; return a new one, not a cached one. */
  readonly refresh: boolean
}

/** A token, or a function that returns one and is called before every request. It may cache, except on `refresh`. */
export type Token = string | ((request: TokenRequest) => string | Promise<string>)

/** One attempt at a request, after it has ended. */
export interface RequestEvent {
  readonly vendor: string
  readonly method: string
  /** The path of the request, without its query. */
  readonly path: string
  /** 1 for the first attempt. */
  readonly attempt: number
  /** The HTTP status, if there was a response. */
  readonly status?: number
  /** The vendor's id of the request, if it sent one. */
  readonly requestId?: string
  /** The error if the attempt failed. A refusal by the vendor is one, too. */
  readonly error?: ExportJobsError
  /** How long the attempt took, in ms, without the time that it waited for the limits. */
  readonly durationMs: number
}

/** The options that the clients of all vendors have. */
export interface ClientOptions {
  /** The credential. It goes to the vendor's own base URL and nowhere else. */
  readonly token: Token
  /** Where the API is, path prefix included. Plain http only to this machine, or with `allowHttp`. */
  readonly baseUrl?: string | undefined
  /** The function that makes the requests. Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Headers to send with every request to the vendor. */
  readonly headers?: HeadersInput | undefined
  /** How long one attempt may take. Default `'30s'`. */
  readonly timeout?: Duration | undefined
  /** How often a request is retried after a temporary error. Writes are never retried. Default 2. */
  readonly retries?: number | undefined
  /**
   * How many requests all calls of this client together may make in a span of time; or a limiter of your own, which
   * several processes may share; or `false` for no limit. Default: the limits that the vendor publishes.
   */
  readonly rateLimit?: RateLimit | SharedRateLimit | false | undefined
  /** How many requests of this client may be in flight at once, and how many downloads. Default 64. */
  readonly concurrency?: number | undefined
  /** Allows credentials to be sent over plain http to other machines. Default `false`. */
  readonly allowHttp?: boolean | undefined
  /** The source of time for retries and limits. Default: the system's monotonic clock. */
  readonly clock?: Clock | undefined
  /** Called after each attempt. What it throws never reaches the request. */
  readonly onRequest?: ((event: RequestEvent) => void) | undefined
}

/** A number of requests in a span of time. */
export interface RateLimit {
  /** How many requests may begin within any span of this length: a whole number from 1. */
  readonly requests: number
  /** The length of the span, as ms or text such as `'1m'`. */
  readonly per: Duration
}

/** A limiter of your own, which several clients or processes may share. */
export interface SharedRateLimit {
  /**
   * Called before each attempt, and before its timeout begins: resolves when the request may be made. If it throws, the
   * attempt fails with a TransportError `network`.
   *
   * @param signal - aborted when the request is no longer needed
   */
  take(signal: AbortSignal): Promise<void>
}

/** What a vendor's client sets in addition to the user's options. */
export interface VendorDefaults {
  /** The vendor's name in code. */
  readonly vendor: string
  /** Where the vendor's API is, unless every customer hosts it. */
  readonly baseUrl?: string | undefined
  /** The headers that carry the token. Default: `Authorization: Bearer`. */
  readonly auth?: ((token: string) => Readonly<Record<string, string>>) | undefined
  /** Headers of the vendor's own. An undefined one is not sent. */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined
  /** Secrets other than the token, to be redacted in responses. */
  readonly secrets?: readonly string[] | undefined
  /** The limits that the vendor publishes. All of them apply. */
  readonly rateLimits?: readonly RateLimit[] | undefined
  /** Reads the vendor's refusals. */
  readonly problem?: ReadProblem | undefined
  /** No token is sent: these are the requests that fetch one. */
  readonly isAnonymous?: boolean | undefined
}

/** The options of a client, checked and with their defaults filled in; durations in milliseconds. */
export interface ClientSettings {
  readonly vendor: string
  readonly token: Token | undefined
  readonly baseUrl: string
  readonly fetch: typeof globalThis.fetch
  readonly auth: (token: string) => Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly secrets: readonly string[]
  readonly timeout: number
  readonly retries: number
  readonly rateLimits: readonly Limit[]
  /** Used in place of `rateLimits`. */
  readonly sharedLimit: SharedRateLimit | undefined
  readonly concurrency: number
  readonly problem: ReadProblem | undefined
  readonly isAnonymous: boolean
  readonly clock: Clock
  readonly onRequest: ((event: RequestEvent) => void) | undefined
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** @throws ConfigurationError `invalid-option` for the first option that is invalid. */
export function resolveClientOptions(
  options: Partial<ClientOptions>,
  defaults: VendorDefaults,
): ClientSettings {
  const given = copyOwn(options)
  const preset = copyOwn(defaults)
  const { vendor } = preset
  const { fetch, clock = systemClock, onRequest, allowHttp = false, concurrency = 64 } = given
  const check = (condition: boolean, what: string) =>
    assertOption(condition, `${what}, for the ${vendor} client.`, vendor)
  check(fetch === undefined || typeof fetch === 'function', 'fetch must be a function')
  check(onRequest === undefined || typeof onRequest === 'function', 'onRequest must be a function')
  check(isClock(clock), 'clock must be a Clock')
  check(typeof allowHttp === 'boolean', 'allowHttp must be true or false')
  check(isWhole(concurrency, 1), 'concurrency must be a whole number from 1')
  const headers = { ...checkHeaders(given.headers, vendor), ...checkHeaders(preset.headers, vendor) }
  return {
    vendor,
    token: given.token,
    baseUrl: checkBaseUrl(given.baseUrl ?? preset.baseUrl, allowHttp, vendor),
    // Read at each request, so that a global fetch that is replaced later, for example by a test, is used.
    fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
    auth: preset.auth ?? bearer,
    headers,
    secrets: [...(preset.secrets ?? []), ...secretsOf(headers)],
    timeout: parseDuration(given.timeout ?? '30s', 'timeout'),
    retries: checkRetries(given.retries ?? 2, vendor),
    ...resolveRateLimit(given.rateLimit, preset),
    concurrency,
    problem: preset.problem,
    isAnonymous: preset.isAnonymous ?? false,
    clock,
    onRequest,
  }
}

/** @throws ConfigurationError `invalid-option` unless it is a whole number from 0. */
export function checkRetries(retries: number, vendor: string): number {
  assertOption(
    isWhole(retries, 0),
    `retries must be a whole number from 0, for the ${vendor} client.`,
    vendor,
  )
  return retries
}

function resolveRateLimit(
  limit: RateLimit | SharedRateLimit | false | undefined,
  { vendor, rateLimits: published = [] }: VendorDefaults,
): Pick<ClientSettings, 'rateLimits' | 'sharedLimit'> {
  const sharedLimit = isShared(limit) ? limit : undefined
  const limits = limit === false || isShared(limit) ? [] : limit === undefined ? published : [limit]
  const rateLimits = limits.map((each) => {
    const { requests, per } = copyOwn(each)
    assertOption(
      isWhole(requests, 1),
      `rateLimit must be { requests, per }, { take(signal) } or false, for the ${vendor} client.`,
      vendor,
    )
    return { requests, per: parseDuration(per, 'rateLimit.per') }
  })
  return { rateLimits, sharedLimit }
}

// It may be an instance of a class, whose methods are on its prototype.
const isShared = (limit: unknown): limit is SharedRateLimit =>
  typeof limit === 'object' &&
  limit !== null &&
  !Object.hasOwn(limit, 'requests') &&
  typeof (limit as SharedRateLimit).take === 'function'

// Only these headers: if every header were redacted, ordinary words in a response would be, too.
function secretsOf(headers: Readonly<Record<string, string>>): string[] {
  const isSecret = /auth(?!or(?!i[sz]))|cookie|credential|key|pass|secret|session|sign(?!al)|token/
  return Object.entries(headers)
    .filter(([name]) => isSecret.test(name))
    .map(([, value]) => value)
}

const isWhole = (value: number, least: number): boolean => Number.isSafeInteger(value) && value >= least
