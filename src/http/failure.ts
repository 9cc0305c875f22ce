import {
  ApiError,
  type ExportJobsError,
  isExportJobsError,
  ResponseError,
  TransportError,
} from '../errors.ts'
import { strikeText } from './credentials.ts'
import { readRefusal } from './problem.ts'

/** What an error says of the request that failed. */
export interface Subject {
  readonly vendor: string
  /** What was asked for, such as `export "abc"`. */
  readonly what: string
}

/** An answer that was read whole. */
export interface RefusedAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly retryAfter: number | undefined
}

/**
 * The error for an answer that is a refusal.
 *
 * @param secrets - the client's credentials, to be struck out of the vendor's words
 * @param permanent - words by which the vendor says that time does not heal it
 */
export function toApiError(
  { vendor, what }: Subject,
  { status, headers, text, retryAfter }: RefusedAnswer,
  secrets: readonly string[],
  permanent: readonly string[],
): ApiError {
  const { problem, requestId = headers.get('x-request-id') ?? headers.get('cf-ray') } = readRefusal(text)
  const isPermanent = permanent.some(
    (word) => problem.title?.includes(word) || problem.detail?.includes(word),
  )
  const advice = isPermanent ? 'The quota is spent: waiting does not help.' : adviceFor(status)
  return new ApiError(
    `${vendor} answered HTTP ${status} for ${what}. ${advice} See error.problem for its words.`,
    {
      vendor,
      httpStatus: status,
      retryAfter,
      permanent: isPermanent,
      requestId: requestId === null ? undefined : strikeText(requestId, secrets),
      problem: Object.fromEntries(
        Object.entries(problem).map(([key, words]) => [key, strikeText(words, secrets)]),
      ),
    },
  )
}

const advice = new Map([
  [400, 'The request was not accepted.'],
  [401, 'The token was refused: check it, and what a token function returns on refresh.'],
  [402, 'The account has no plan or licence that includes this.'],
  [403, 'The token is valid but may not do this: check its role and the organization.'],
  [404, 'Check the id and baseUrl, and that the account owns the export.'],
  [410, 'It is gone: start a new export.'],
  [422, 'The request was not accepted.'],
  [429, 'Too many requests: try again after error.retryAfter milliseconds.'],
])

function adviceFor(status: number): string {
  return (
    advice.get(status) ??
    (status >= 500
      ? 'The vendor has a problem of its own: try again later.'
      : 'The status is unexpected: check baseUrl.')
  )
}

/** The error for an answer under a status of success that is not JSON. */
export function notJson({ vendor, what }: Subject, found: string): ResponseError {
  return new ResponseError(
    'not-json',
    `${vendor} answered ${found} instead of JSON for ${what}. Check baseUrl, its path included.`,
    vendor,
  )
}

/** The error for an answer that would not end. */
export function tooLarge({ vendor, what }: Subject): ResponseError {
  return new ResponseError(
    'too-large',
    `The answer of ${vendor} for ${what} is larger than 8 MiB. Check baseUrl.`,
    vendor,
  )
}

/** The error for an attempt that took too long. */
export function timedOut({ vendor, what }: Subject, timeout: number): TransportError {
  return new TransportError('timeout', `${vendor} did not answer for ${what} within ${timeout} ms.`, vendor)
}

/** The error for an answer that points elsewhere. */
export function redirected({ vendor, what }: Subject): TransportError {
  return new TransportError(
    'redirect',
    `${vendor} answered with a redirect for ${what}. Redirects are not followed, as the token would go along: check baseUrl.`,
    vendor,
  )
}

/**
 * The error for an attempt that failed in fetch. The error of fetch itself is not passed on, since it may quote
 * headers and addresses: only its code is, such as ECONNREFUSED.
 */
export function toTransportError(error: unknown, { vendor, what }: Subject): ExportJobsError {
  if (isExportJobsError(error)) return error
  const code = codeOf(error)
  const isTls =
    /^(?:ERR_(?:TLS|SSL)_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/.test(code)
  return isTls
    ? new TransportError(
        'tls',
        `The TLS certificate or connection of ${vendor} cannot be trusted (${code}); asked for ${what}.`,
        vendor,
      )
    : new TransportError(
        'network',
        `${vendor} was not reached, or its answer broke off, for ${what}${code && ` (${code})`}.`,
        vendor,
      )
}

// Node hides the cause one or two levels down, sometimes among the several addresses it tried.
function codeOf(error: unknown, depth = 0): string {
  if (typeof error !== 'object' || error === null || depth > 4) return ''
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown }
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code)) return code
  return codeOf(cause, depth + 1) || codeOf(Array.isArray(errors) ? errors[0] : undefined, depth + 1)
}
