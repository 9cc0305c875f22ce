import {
  type ExportJobsError,
  isExportJobsError,
  ResponseError,
  type ResponseErrorCode,
  TransportError,
} from '../errors.ts'
import { isObject } from '../internal/json.ts'

/** What an error says about the request that failed. */
export interface FailedRequest {
  readonly vendor: string
  /** What was asked for, such as `export "abc"`. */
  readonly subject: string
}

export const checkBaseUrlAdvice = 'Check the base URL.'

/**
 * Makes the error for a response that cannot be used.
 *
 * @param what - what the vendor did: `answered HTML instead of JSON`
 */
export function badResponse(
  code: ResponseErrorCode,
  { vendor, subject }: FailedRequest,
  what: string,
  advice?: string,
): ResponseError {
  return new ResponseError(code, `${vendor} ${what} for ${subject}.`, vendor, advice)
}

/** Makes the error for a success that is not JSON. */
export const notJson = (request: FailedRequest, found: string): ResponseError =>
  badResponse('not-json', request, `answered ${found} instead of JSON`, checkBaseUrlAdvice)

/** Makes the error for an attempt that took too long. */
export function timedOut({ vendor, subject }: FailedRequest, timeout: number): TransportError {
  const message = `${vendor} did not answer within ${timeout} ms for ${subject}.`
  return new TransportError('timeout', message, vendor)
}

/** Makes the error for a redirect: the token would go along to wherever it leads. */
export function redirected({ vendor, subject }: FailedRequest): TransportError {
  const message = `${vendor} answered with a redirect, which is not followed, for ${subject}.`
  return new TransportError('redirect', message, vendor, true, checkBaseUrlAdvice)
}

/**
 * Converts what `fetch` threw. Its own error is not passed on, since it may quote headers and addresses: only its code
 * is, such as ECONNREFUSED.
 */
export function toTransportError(error: unknown, { vendor, subject }: FailedRequest): ExportJobsError {
  if (isExportJobsError(error)) return error
  const code = codeOf(error)
  const shown = code && ` (${code})`
  if (timeouts.has(code)) {
    return new TransportError('timeout', `${vendor} did not answer in time for ${subject}${shown}.`, vendor)
  }
  if (code ? certificateCode.test(code) : isUntrusted(error)) {
    const message = `The TLS certificate of ${vendor} could not be verified for ${subject}${shown}.`
    return new TransportError('tls', message, vendor, false)
  }
  if (tlsCode.test(code)) {
    const message = `The TLS connection to ${vendor} failed for ${subject}${shown}.`
    return new TransportError('tls', message, vendor, midwayTlsCode.test(code))
  }
  const sent = !isUnconnected(error)
  const message = `${vendor} was not reached, or its answer broke off, for ${subject}${shown}.`
  return new TransportError('network', message, vendor, sent, proxyAdvice(sent))
}

// undici has timeouts of its own: five minutes for the headers, and between two chunks of the body.
const timeouts = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])

// A certificate is refused before anything is sent.
const certificateCode = /^(?:ERR_TLS_CERT_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH)/

const tlsCode = /^(?:ERR_(?:TLS|SSL)_|EPROTO)/

// These may occur at any time.
const midwayTlsCode = /^(?:ERR_SSL_|EPROTO)/

const unconnectedCodes = new Set([
  'ECONNREFUSED',
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
])

// Node puts the cause one or two levels down, or into a list with one error per address that it tried.
function codeOf(error: unknown, depth = 0): string {
  if (!isObject(error) || depth > 4) return ''
  const { code, cause, errors } = error
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code)) return code
  return codeOf(cause, depth + 1) || (Array.isArray(errors) ? codeOf(errors[0], depth + 1) : '')
}

/** Whether no connection was made to any of the addresses that were tried. */
function isUnconnected(error: unknown, depth = 0): boolean {
  if (!isObject(error) || depth > 4) return false
  const { code, syscall, cause, errors } = error
  if (Array.isArray(errors) && errors.length > 0)
    return errors.every((each) => isUnconnected(each, depth + 1))
  return unconnectedCodes.has(code as string) || syscall === 'connect' || isUnconnected(cause, depth + 1)
}

// Deno has no codes. Its text follows the address, which contains no space.
function isUntrusted(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 4) return false
  return /: invalid peer certificate: /.test(error.message) || isUntrusted(error.cause, depth + 1)
}

// Users who set these variables expect `fetch` to follow them.
function proxyAdvice(sent: boolean): string | undefined {
  const environment = globalThis.process?.env ?? {}
  const isSet = environment.HTTPS_PROXY || environment.https_proxy
  if (sent || !isSet || environment.NODE_USE_ENV_PROXY) return undefined
  return 'HTTPS_PROXY is set, and Node uses it only with NODE_USE_ENV_PROXY=1 (from Node 22.21 and 24 on).'
}
