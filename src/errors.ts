// From the global registry, so that the ESM and the CommonJS copy recognize each other's errors.
const brand = Symbol.for('export-jobs.error')

/** What an {@link ExportJobsError} is created from. */
export interface ErrorDetails {
  readonly vendor?: string | undefined
  readonly retryable?: boolean | undefined
  /** What to do next. It becomes part of the message. */
  readonly advice?: string | undefined
  readonly cause?: ExportJobsError | undefined
}

/**
 * The base class of all errors of this package. Its message, stack, cause and JSON contain no credential, no signed
 * query and no response body.
 */
export class ExportJobsError extends Error {
  /** What happened, as a stable code for programs. */
  readonly code: string
  /** The vendor, if one was involved. */
  declare readonly vendor?: string
  /** Whether the same call may succeed later. */
  readonly retryable: boolean
  /** What to do next; also the end of the message. */
  declare readonly advice?: string

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    const { vendor, retryable = false, advice, cause } = ownCopy(details)
    super(advice === undefined ? message : `${message} ${advice}`, cause && { cause })
    this.code = code
    if (advice !== undefined) this.advice = advice
    if (vendor !== undefined) this.vendor = vendor
    this.retryable = retryable
  }
}

/** Whether a caught value is an error of this package, of its ESM or its CommonJS copy. */
export function isExportJobsError(value: unknown): value is ExportJobsError {
  return value instanceof Error && brand in value
}

/** The codes of {@link ApiError}. */
export type ApiErrorCode =
  | 'unauthorized'
  | 'payment-required'
  | 'forbidden'
  | 'not-found'
  | 'gone'
  | 'invalid-request'
  | 'rate-limited'
  | 'server-error'
  | 'http-error'

/** The vendor's explanation of a refusal, from the body of its answer. */
export interface Problem {
  readonly title?: string
  readonly detail?: string
}

/** What an {@link ApiError} is created from. */
export interface ApiErrorDetails {
  readonly vendor: string
  readonly httpStatus: number
  /** For a vendor that uses a status in another sense than HTTP. Default: by `httpStatus`. */
  readonly code?: ApiErrorCode | undefined
  readonly requestId?: string | undefined
  readonly retryAfter?: number | undefined
  readonly problem?: Problem | undefined
  /** The vendor says that a retry does not help, whatever the status. Default `false`. */
  readonly permanent?: boolean | undefined
  readonly advice?: string | undefined
}

/** The vendor was reached and said no. */
export class ApiError extends ExportJobsError {
  declare readonly code: ApiErrorCode
  declare readonly vendor: string
  /** The status of the answer. Also 404 if the export is in no page of a list. */
  readonly httpStatus: number
  /** The vendor's id of the request, to quote to its support. */
  declare readonly requestId?: string
  /** Ms after which the vendor asked to be tried again. */
  declare readonly retryAfter?: number
  /** The vendor's explanation; `{}` if the body had none. */
  readonly problem: Problem

  constructor(message: string, details: ApiErrorDetails) {
    const { vendor, httpStatus } = details
    const { code, requestId, retryAfter, problem = {}, permanent = false, advice } = ownCopy(details)
    super(code ?? apiErrorCode(httpStatus), message, {
      vendor,
      advice,
      retryable: !permanent && isTemporary(httpStatus),
    })
    this.httpStatus = httpStatus
    if (requestId !== undefined) this.requestId = requestId
    if (retryAfter !== undefined) this.retryAfter = retryAfter
    this.problem = problem
  }
}

const apiErrorCodes = new Map<number, ApiErrorCode>([
  [400, 'invalid-request'],
  [401, 'unauthorized'],
  [402, 'payment-required'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [410, 'gone'],
  [422, 'invalid-request'],
  [429, 'rate-limited'],
])

function apiErrorCode(httpStatus: number): ApiErrorCode {
  return (
    apiErrorCodes.get(httpStatus) ?? (httpStatus >= 500 && httpStatus < 600 ? 'server-error' : 'http-error')
  )
}

// 501 and 505 mean never; 408, 425 and 429 mean later.
function isTemporary(httpStatus: number): boolean {
  if (httpStatus >= 500) return httpStatus !== 501 && httpStatus !== 505
  return httpStatus === 408 || httpStatus === 425 || httpStatus === 429
}

/** The codes of {@link TransportError}. */
export type TransportErrorCode = 'network' | 'timeout' | 'tls' | 'redirect'

/** The vendor was not reached, or its answer did not arrive completely. */
export class TransportError extends ExportJobsError {
  declare readonly code: TransportErrorCode
  /** Whether the request may have reached the vendor. `false`: nothing was started there. */
  readonly sent: boolean

  constructor(code: TransportErrorCode, message: string, vendor?: string, sent = true, advice?: string) {
    super(code, message, { vendor, advice, retryable: code === 'network' || code === 'timeout' })
    this.sent = sent
  }
}

/** The codes of {@link ResponseError}. */
export type ResponseErrorCode = 'not-json' | 'too-large' | 'unexpected-shape' | 'wrong-job' | 'incomplete'

/** The vendor answered with success, but the answer cannot be trusted. */
export class ResponseError extends ExportJobsError {
  declare readonly code: ResponseErrorCode

  constructor(code: ResponseErrorCode, message: string, vendor?: string, advice?: string) {
    super(code, message, { vendor, advice })
  }
}

/** The codes of {@link ConfigurationError}. */
export type ConfigurationErrorCode = 'invalid-option' | 'invalid-ref' | 'invalid-state'

/** Invalid argument: fix the call. Thrown before any I/O. */
export class ConfigurationError extends ExportJobsError {
  declare readonly code: ConfigurationErrorCode

  constructor(code: ConfigurationErrorCode, message: string, vendor?: string, advice?: string) {
    super(code, message, { vendor, advice })
  }
}

// In UTF-16 code units: enough for a sentence, too short for a log.
const longestLine = 500

/**
 * Makes a vendor's text fit for a message: one line of at most 500 characters, without control characters, without the
 * queries of URLs, which may be signed, and without values that are named like a signature or a password.
 */
export function toOneLine(text: string): string {
  // Long enough for a line after whitespace is collapsed; a vendor's text may have megabytes.
  const words = text
    .slice(0, 20 * longestLine)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
  const line = words.split(' ').map(withoutSecrets).join(' ')
  return line.length <= longestLine ? line : `${line.slice(0, longestLine - 1).replace(/\p{Cs}$/u, '')}…`
}

// A URL may lack its scheme, or be percent-encoded or escaped for JSON.
function withoutSecrets(word: string): string {
  const named = word.replaceAll(
    /(signature|sig|credential|token|secret|password)(=|%3d)[^&;"'<>]+/gi,
    '$1$2[redacted]',
  )
  const start = named.indexOf('//') + 2
  if (start < 2) return named
  const end = named.slice(start).search(/[?#]/)
  const url = end < 0 ? named : `${named.slice(0, start + end)}?[redacted]`
  return url.slice(0, start) + url.slice(start).replace(/^[^/?#@]*@/, '')
}

hide(ExportJobsError.prototype, brand, true)
nameErrors({ ExportJobsError, ApiError, TransportError, ResponseError, ConfigurationError })

/** Gives error classes their names, on the prototypes: a minifier does not change them, and they are not printed as fields. */
export function nameErrors(classes: Readonly<Record<string, { readonly prototype: Error }>>): void {
  for (const [name, { prototype }] of Object.entries(classes)) hide(prototype, 'name', name)
}

/** A copy that inherits nothing from a polluted prototype. */
export function ownCopy<Details extends object>(details: Details): Details {
  return Object.assign(Object.create(null), details)
}

// A polluted prototype could make the property enumerable: the descriptor inherits nothing.
function hide(target: object, key: PropertyKey, value: unknown): void {
  Object.defineProperty(target, key, ownCopy({ value, configurable: true, writable: true }))
}
