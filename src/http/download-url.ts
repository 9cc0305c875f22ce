import type { ExportFormat } from '../job.ts'
import { climbs, isLoopback, isPrivate, parseUrl } from './base-url.ts'

/**
 * Says why a download URL from a response is not followed: whoever can change the response must not be able to make us
 * read from this machine or its network.
 *
 * @param baseUrl - of the client: if it is itself in a private network, so may be the URL
 * @returns undefined for a URL that is followed
 */
export function whyNotFollowed(url: string, baseUrl: string): string | undefined {
  const parsed = parseUrl(url)
  if (!parsed) return 'is not a URL'
  const { protocol, hostname, username, password } = parsed
  if (protocol === 'data:') return undefined
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) return 'is not https'
  if (username || password) return 'contains credentials'
  if (isPrivate(hostname) && !isPrivate(new URL(baseUrl).hostname)) return 'leads into a private network'
  return undefined
}

/**
 * Completes a URL from a response, which may be relative to the base URL.
 *
 * @returns undefined for a URL that no client follows: plain http, a private network, or the vendor's own host but
 * not below the base URL
 */
export function resolveUrl(url: string | null | undefined, baseUrl: string): string | undefined {
  const parsed = url ? parseUrl(url, `${baseUrl}/`) : undefined
  if (!parsed || parsed.protocol === 'data:' || whyNotFollowed(parsed.href, baseUrl)) return undefined
  const isOwn = parsed.origin === new URL(baseUrl).origin
  const mayClimb = climbs(parsed) || parsed.pathname.includes('//')
  const isOutside = isOwn && (mayClimb || !parsed.href.startsWith(`${baseUrl}/`))
  return isOutside ? undefined : parsed.href
}

/** When a presigned URL expires, as its query says; undefined if it does not say. */
export function readExpiry(url: string): Date | undefined {
  const query = parseUrl(url)?.searchParams
  if (!query) return undefined
  const get = (name: string) => query.get(name) ?? ''
  // S3 and Google, signature version 4: the time of signing, and seconds from then on.
  for (const brand of ['Amz', 'Goog']) {
    const expiry = readSigningDate(get(`X-${brand}-Date`)) + toSeconds(get(`X-${brand}-Expires`), 7) * 1_000
    if (!Number.isNaN(expiry)) return new Date(expiry)
  }
  // S3 and Google, signature version 2, and CloudFront: seconds since 1970. Azure: a time.
  const expiry = get('Signature')
    ? toSeconds(get('Expires') || readPolicyExpiry(get('Policy')), 11) * 1_000
    : readAzureExpiry(get('sig') && get('se'))
  return Number.isNaN(expiry) ? undefined : new Date(expiry)
}

function readSigningDate(text: string): number {
  const [, year, month, day, hours, minutes, seconds] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? []
  return Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`)
}

const readAzureExpiry = (text: string): number =>
  /^\d{4}-\d\d-\d\d(?:T[\d:.]{5,16}Z)?$/.test(text) ? Date.parse(text) : Number.NaN

const toSeconds = (text: string, digits: number): number =>
  /^\d+$/.test(text) && text.length <= digits ? Number(text) : Number.NaN

// A CloudFront policy is JSON in base64, with other characters in place of those that a URL cannot contain. It may hold
// a start time, too.
function readPolicyExpiry(policy: string): string {
  const base64 = policy.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/')
  try {
    return /"DateLessThan"\s*:\s*\{\s*"AWS:EpochTime"\s*:\s*(\d+)/.exec(atob(base64))?.[1] ?? ''
  } catch {
    return ''
  }
}

const formats = new Map<string | undefined, ExportFormat>([
  ['csv', 'csv'],
  ['json', 'json'],
  ['jsonl', 'jsonl'],
  ['ndjson', 'jsonl'],
  ['x-ndjson', 'jsonl'],
])

/** The format of a file by the extension in its URL, or by the media type of a `data:` URL. */
export function readFormat(url: string): ExportFormat | undefined {
  const { protocol, pathname = '' } = parseUrl(url) ?? {}
  const pattern = protocol === 'data:' ? /^(?:text|application)\/([\w-]+)/i : /\.([a-z]+)$/i
  return formats.get(pattern.exec(pathname)?.[1]?.toLowerCase())
}

/** Whether a URL contains the file itself. */
export const isDataUrl = (url: string): boolean => /^data:/i.test(url)

/**
 * Decodes the content of a `data:` URL: base64, percent-encoded, or the output of `encodeURI`. That leaves `#` as it
 * is, so the URL is not parsed as a `URL`, whose content would end at the `#`.
 *
 * @returns undefined if it cannot be decoded
 */
export function readDataUrl(url: string): Uint8Array<ArrayBuffer> | undefined {
  const comma = url.indexOf(',')
  if (comma === -1) return undefined
  const bytes = decodePercents(url.slice(comma + 1))
  if (!/;\s*base64\s*(?:;|$)/i.test(url.slice(0, comma))) return bytes
  // In base64 a "#" can only begin a fragment.
  const [base64 = ''] = new TextDecoder().decode(bytes).split('#')
  try {
    const text = atob(base64.replaceAll('-', '+').replaceAll('_', '/'))
    return Uint8Array.from(text, (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

// A "%" that begins no escape stands for itself, which `decodeURIComponent` would refuse.
function decodePercents(text: string): Uint8Array<ArrayBuffer> {
  const source = new TextEncoder().encode(text)
  const bytes = new Uint8Array(source.length)
  let length = 0
  for (let at = 0; at < source.length; at++) {
    const hex = source[at] === 0x25 ? String.fromCharCode(...source.subarray(at + 1, at + 3)) : ''
    const isEscape = /^[\da-f]{2}$/i.test(hex)
    bytes[length++] = isEscape ? Number.parseInt(hex, 16) : (source[at] as number)
    if (isEscape) at += 2
  }
  return bytes.slice(0, length)
}
