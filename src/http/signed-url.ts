import { ResponseError } from '../errors.ts'
import { isLoopback, isPrivate, parseUrl } from './url.ts'

/**
 * Checks a download URL that came in an answer before it is followed: whoever can alter the answer must not be
 * able to make us read from this machine or its network.
 *
 * @param baseUrl - of the client: one that is itself private may name private addresses
 * @throws ResponseError `unexpected-shape`, which does not repeat the URL, as it may be signed.
 */
export function checkDownloadUrl(url: string, baseUrl: string, vendor: string, what: string): void {
  const refuse = (why: string) =>
    new ResponseError(
      'unexpected-shape',
      `The download URL that ${vendor} gave for ${what} ${why}, and is not followed.`,
      vendor,
    )
  const parsed = parseUrl(url)
  if (!parsed) throw refuse('is no URL')
  if (parsed.protocol === 'data:') return
  if (parsed.protocol !== 'https:' && !(parsed.protocol === 'http:' && isLoopback(parsed.hostname)))
    throw refuse('is not https')
  if (parsed.username || parsed.password) throw refuse('contains credentials')
  if (isPrivate(parsed.hostname) && !isPrivate(new URL(baseUrl).hostname))
    throw refuse('leads into a private network')
}

/**
 * When a presigned S3 URL stops working, as its own query says: `X-Amz-Date` plus `X-Amz-Expires` seconds.
 */
export function readExpiry(url: string): Date | undefined {
  const query = parseUrl(url)?.searchParams
  const [, year, month, day, hours, minutes, seconds] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query?.get('X-Amz-Date') ?? '') ?? []
  const lifetime = query?.get('X-Amz-Expires') ?? ''
  if (!year || !/^\d{1,7}$/.test(lifetime)) return undefined
  const signed = Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`)
  return Number.isNaN(signed) ? undefined : new Date(signed + Number(lifetime) * 1_000)
}
