import type { ExportFormat } from '../job.ts'
import { isLoopback, isPrivate, parseUrl } from './base-url.ts'

/**
 * Why a download URL that came in an answer is not followed: whoever can alter the answer must not be able to make us
 * read from this machine or its network.
 *
 * @param baseUrl - of the client: one that is itself private may name private addresses
 * @returns undefined for one that is followed
 */
export function whyNotFollowed(url: string, baseUrl: string): string | undefined {
  const parsed = parseUrl(url)
  if (!parsed) return 'is no URL'
  const { protocol, hostname, username, password } = parsed
  if (protocol === 'data:') return undefined
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) return 'is not https'
  if (username || password) return 'contains credentials'
  if (isPrivate(hostname) && !isPrivate(new URL(baseUrl).hostname)) return 'leads into a private network'
  return undefined
}

/** When a presigned URL stops working, as its own query says; undefined where it says nothing. */
export function readExpiry(url: string): Date | undefined {
  const query = parseUrl(url)?.searchParams
  if (!query) return undefined
  const get = (name: string) => query.get(name) ?? ''
  // S3 and Google (signature version 4): the instant of signing, and the seconds from there on.
  for (const brand of ['Amz', 'Goog']) {
    const expiry = readSigningDate(get(`X-${brand}-Date`)) + toSeconds(get(`X-${brand}-Expires`), 7) * 1_000
    if (!Number.isNaN(expiry)) return new Date(expiry)
  }
  // S3 and Google (version 2), CloudFront: seconds since 1970. Azure: an instant.
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

// A policy of CloudFront is JSON in base64 whose signs are exchanged for ones that a URL can hold. It may say from when on
// the URL works, too.
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

/** The format of a file by the name in its URL, or by the type in a `data:` URI. */
export function readFormat(url: string): ExportFormat | undefined {
  const { protocol, pathname = '' } = parseUrl(url) ?? {}
  const pattern = protocol === 'data:' ? /^(?:text|application)\/([\w-]+)/i : /\.([a-z]+)$/i
  return formats.get(pattern.exec(pathname)?.[1]?.toLowerCase())
}
