/**
 * Whether a download URL is that of an export, as far as it tells: one of the documented route names an id. One of
 * another export or another application is not used: the documented route serves the file, too.
 */
export function isUrlOf(id: string, url: string): boolean {
  const [, routeId = id] = /\/audit-logs\/export\/([^/]+)\//.exec(new URL(url).pathname) ?? []
  return routeId.toLowerCase() === id.toLowerCase()
}

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/**
 * Finds the id of a started export. The key under which it comes is not published: it is the value that is a UUID.
 * Where there are several, it is the one whose key sounds like it.
 */
export function findId(started: unknown, organization: string | undefined): string | undefined {
  const isId = ([, value]: [string, unknown]) =>
    typeof value === 'string' && uuid.test(value) && value !== organization
  const ids = Object.entries(Array.isArray(started) ? {} : (started ?? {})).filter(isId) as [string, string][]
  const [, id] =
    ids.find(([key]) => /job|export|task/i.test(key)) ??
    ids.find(([key]) => !/org|user/i.test(key)) ??
    ids[0] ??
    []
  return id
}
