import {
  ApiError,
  type ExportJobsError,
  isExportJobsError,
  ResponseError,
  TransportError,
} from '../errors.ts'
import { strikeText } from './credentials.ts'
import { readHint } from './hints.ts'
import { readRefusal } from './problem.ts'

/** What an error says of the request that failed. */
export interface Subject {
  readonly vendor: string
  /** What was asked for, such as `export "abc"`. */
  readonly what: string
  /** It was asked of a store that the vendor points to, with the URL as the only credential. */
  readonly isForeign?: boolean | undefined
}

/**
 * The error for an answer that is a refusal.
 *
 * @param secrets - the client's credentials, to be struck out of the vendor's words
 * @param permanent - words by which the vendor says that time does not heal it
 */
export function toApiError(
  { vendor, what, isForeign }: Subject,
  { status, headers, text }: { readonly status: number; readonly headers: Headers; readonly text: string },
  secrets: readonly string[],
  permanent: readonly string[],
): ApiError {
  const {
    title,
    detail,
    requestId = headers.get('x-request-id') ?? headers.get('cf-ray'),
  } = readRefusal(text)
  const isPermanent = permanent.some((word) => title?.includes(word) || detail?.includes(word))
  const next = isPermanent
    ? 'The quota is spent.'
    : ((isForeign ? adviceOfStore : advice).get(status) ?? 'See error.problem.')
  const who = isForeign ? `The store that ${vendor} points to` : vendor
  return new ApiError(`${who} answered HTTP ${status} for ${what}. ${next}`, {
    vendor,
    httpStatus: status,
    retryAfter: readHint(headers),
    permanent: isPermanent,
    requestId: requestId ? strikeText(requestId, secrets) : undefined,
    problem: {
      ...(title && { title: strikeText(title, secrets) }),
      ...(detail && { detail: strikeText(detail, secrets) }),
    },
  })
}

const advice = new Map([
  [401, 'Check the token, and what a token function returns on refresh.'],
  [402, 'The plan of the account does not include this.'],
  [403, 'Check the role of the token, and the organization.'],
  [404, 'Check the id, the account and baseUrl.'],
  [410, 'It is gone: start a new export.'],
  [429, 'Try again after error.retryAfter milliseconds.'],
])

const gone = 'The file is gone: start a new export.'
const adviceOfStore = new Map([
  [403, 'Its signed URL is refused or has expired: get the export again for a fresh one.'],
  [404, gone],
  [410, gone],
  [412, 'The file has changed since.'],
])

/** The error for an answer under a status of success that is not JSON. */
export function notJson({ vendor, what }: Subject, found: string): ResponseError {
  return new ResponseError(
    'not-json',
    `${vendor} answered ${found} instead of JSON for ${what}. Check baseUrl.`,
    vendor,
  )
}

/** The error for an answer that would not end. */
export function tooLarge({ vendor, what }: Subject): ResponseError {
  return new ResponseError(
    'too-large',
    `${vendor} answered more than 8 MiB for ${what}. Check baseUrl.`,
    vendor,
  )
}

/** The error for an attempt that took too long. */
export function timedOut({ vendor, what }: Subject, timeout: number): TransportError {
  return new TransportError('timeout', `${vendor} did not answer within ${timeout} ms for ${what}.`, vendor)
}

/** The error for an answer that points elsewhere, where the token would go along. */
export function redirected({ vendor, what }: Subject): TransportError {
  const message = `${vendor} answered with a redirect, which is not followed, for ${what}. Check baseUrl.`
  return new TransportError('redirect', message, vendor)
}

/**
 * The error for an attempt that failed in fetch. The error of fetch itself is not passed on, since it may quote
 * headers and addresses: only its code is, such as ECONNREFUSED.
 */
export function toTransportError(error: unknown, { vendor, what }: Subject): ExportJobsError {
  if (isExportJobsError(error)) return error
  const code = codeOf(error)
  const isTls = code
    ? /^(?:ERR_(?:TLS|SSL)_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/.test(code)
    : isUntrusted(error)
  const happened = isTls
    ? 'cannot be trusted on its TLS connection'
    : 'was not reached, or its answer broke off,'
  return new TransportError(
    isTls ? 'tls' : 'network',
    `${vendor} ${happened} for ${what}${code && ` (${code})`}.`,
    vendor,
    !unconnected.has(code) && (!isTls || isMidway.test(code)),
  )
}

// Of TLS, a certificate is refused before anything is sent; these may come at any time.
const isMidway = /^(?:ERR_SSL_|EPROTO)/

// No connection came about.
const unconnected = new Set([
  'ECONNREFUSED',
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
])

// Node hides the cause one or two levels down, sometimes among the several addresses it tried.
function codeOf(error: unknown, depth = 0): string {
  if (typeof error !== 'object' || error === null || depth > 4) return ''
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown[] }
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code)) return code
  return codeOf(cause, depth + 1) || codeOf(errors?.[0], depth + 1)
}

// Deno has no codes. Its words come after the address, which holds no space.
function isUntrusted(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 4) return false
  return /: invalid peer certificate: /.test(error.message) || isUntrusted(error.cause, depth + 1)
}
