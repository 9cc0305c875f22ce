import { parseUrl } from '../http/base-url.ts'
import { whyNotFollowed } from '../http/presigned-url.ts'
import { isObject } from '../http/read-problem.ts'

/**
 * Reads `download_url`. Whether it comes absolute or relative, signed or not, is not published. One that cannot be
 * followed, or is that of another export or another application, is not used: the documented route serves the file, too.
 */
export function readUrl(url: string | null | undefined, id: string, baseUrl: string): string | undefined {
  const parsed = url ? parseUrl(url, `${baseUrl}/`) : undefined
  if (!parsed || parsed.protocol === 'data:' || whyNotFollowed(parsed.href, baseUrl)) return undefined
  const isOwn = parsed.origin === new URL(baseUrl).origin
  // A gateway may decode these, and be led out of the prefix.
  const mayClimb = /\/\/|%(?:2e|2f|5c|00)/i.test(parsed.pathname)
  const isOutside = isOwn && (mayClimb || !parsed.href.startsWith(`${baseUrl}/`))
  const [, routeId = id] = /\/audit-logs\/export\/([^/]+)\//.exec(parsed.pathname) ?? []
  return isOutside || routeId.toLowerCase() !== id.toLowerCase() ? undefined : parsed.href
}

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/**
 * Finds the id of a started export. The key under which it comes is not published: it is the value that is a UUID.
 * Where there are several, it is the one whose key sounds like it.
 */
export function findId(started: unknown, organization: string | undefined): string | undefined {
  const isId = ([, value]: [string, unknown]) =>
    typeof value === 'string' && uuid.test(value) && value !== organization
  const ids = Object.entries(isObject(started) ? started : {}).filter(isId) as [string, string][]
  const [, id] =
    ids.find(([key]) => /job|export|task/i.test(key)) ??
    ids.find(([key]) => !/org|user/i.test(key)) ??
    ids[0] ??
    []
  return id
}
