import { climbs, parseUrl } from '../http/base-url.ts'
import { whyNotFollowed } from '../http/presigned-url.ts'

/**
 * The whole URL that an answer tells, which may be relative to the base URL.
 *
 * @returns undefined for what no client follows: plain http, a private network, a part of the vendor's own host that is
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
