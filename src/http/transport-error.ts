import { type ExportJobsError, isExportJobsError, ResponseError, TransportError } from '../errors.ts'

/** What an error says about the request that failed. */
export interface FailedRequest {
  readonly vendor: string
  /** What was asked for, such as `export "abc"`. */
  readonly subject: string
}

const checkBaseUrl = 'Check the base URL.'

/** The error for a success that is not JSON. */
export function notJson({ vendor, subject }: FailedRequest, found: string): ResponseError {
  const message = `${vendor} answered ${found} instead of JSON for ${subject}.`
  return new ResponseError('not-json', message, vendor, checkBaseUrl)
}

/** The error for an answer that would not end. */
export function tooLarge({ vendor, subject }: FailedRequest): ResponseError {
  const message = `${vendor} answered more than 8 MiB for ${subject}.`
  return new ResponseError('too-large', message, vendor, checkBaseUrl)
}

/** The error for an attempt that took too long. */
export function timedOut({ vendor, subject }: FailedRequest, timeout: number): TransportError {
  return new TransportError(
    'timeout',
    `${vendor} did not answer within ${timeout} ms for ${subject}.`,
    vendor,
  )
}

/** The error for an answer that points elsewhere, where the token would go along. */
export function redirected({ vendor, subject }: FailedRequest): TransportError {
  const message = `${vendor} answered with a redirect, which is not followed, for ${subject}.`
  return new TransportError('redirect', message, vendor, true, checkBaseUrl)
}

/**
 * The error for an attempt that failed in fetch. The error of fetch itself is not passed on, since it may quote
 * headers and addresses: only its code is, such as ECONNREFUSED.
 */
export function toTransportError(error: unknown, { vendor, subject }: FailedRequest): ExportJobsError {
  if (isExportJobsError(error)) return error
  const code = codeOf(error)
  const shown = code && ` (${code})`
  if (timeouts.has(code)) {
    return new TransportError('timeout', `${vendor} did not answer in time for ${subject}${shown}.`, vendor)
  }
  const isTls = code ? tlsCode.test(code) : isUntrusted(error)
  const sent = isTls ? midwayTlsCode.test(code) : !isUnconnected(error)
  const happened = isTls
    ? 'cannot be trusted on its TLS connection'
    : 'was not reached, or its answer broke off,'
  return new TransportError(
    isTls ? 'tls' : 'network',
    `${vendor} ${happened} for ${subject}${shown}.`,
    vendor,
    sent,
    isTls ? undefined : proxyAdvice(sent),
  )
}

// undici gives up by itself on headers and on a silent body after five minutes.
const timeouts = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])

const tlsCode = /^(?:ERR_(?:TLS|SSL)_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/

// A certificate is refused before anything is sent; these may come at any time.
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

interface SystemError {
  readonly code?: unknown
  readonly syscall?: unknown
  readonly cause?: unknown
  readonly errors?: readonly unknown[]
}

const isObject = (value: unknown): value is SystemError => typeof value === 'object' && value !== null

// Node hides the cause one or two levels down, sometimes among the several addresses it tried.
function codeOf(error: unknown, depth = 0): string {
  if (!isObject(error) || depth > 4) return ''
  const { code, cause, errors } = error
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code)) return code
  return codeOf(cause, depth + 1) || codeOf(errors?.[0], depth + 1)
}

/** Whether no connection came about, at none of the addresses that were tried. */
function isUnconnected(error: unknown, depth = 0): boolean {
  if (!isObject(error) || depth > 4) return false
  const { code, syscall, cause, errors } = error
  if (Array.isArray(errors) && errors.length > 0)
    return errors.every((each) => isUnconnected(each, depth + 1))
  return unconnectedCodes.has(code as string) || syscall === 'connect' || isUnconnected(cause, depth + 1)
}

// Deno has no codes. Its words come after the address, which holds no space.
function isUntrusted(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 4) return false
  return /: invalid peer certificate: /.test(error.message) || isUntrusted(error.cause, depth + 1)
}

// Whoever sets these variables expects them to be used.
function proxyAdvice(sent: boolean): string | undefined {
  const environment = globalThis.process?.env ?? {}
  const isSet = environment.HTTPS_PROXY || environment.https_proxy
  if (sent || !isSet || environment.NODE_USE_ENV_PROXY) return undefined
  return 'HTTPS_PROXY is set, and Node uses it only with NODE_USE_ENV_PROXY=1 (from Node 22.21 and 24 on).'
}
