/**
 * Whether a download URL can be that of an export: a URL of the documented route contains an id. A URL with another
 * export's id is not used, as the documented route serves the file, too.
 */
export function isUrlOf(id: string, url: string): boolean {
  const [, routeId = id] = /\/audit-logs\/export\/([^/]+)\//.exec(new URL(url).pathname) ?? []
  return routeId.toLowerCase() === id.toLowerCase()
}

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/**
 * Finds the id of a started export. Its key is not documented: the id is the value that is a UUID or, of several, the
 * one whose key suggests it.
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
