/** Answers a request; `params` are the named segments of its path, decoded. */
export type ResolveRequest = (
  request: Request,
  params: Record<string, string>,
) => Response | Promise<Response>

/** Some requests of a vendor, and how it answers them. */
export interface Route {
  matches(request: Request): boolean
  /** @throws URIError for a path that cannot be decoded. */
  answer(request: Request): Promise<Response>
}

/**
 * @param method - `all` for any
 * @param path - what the URL is like without its query: `*` is anything, `/:name` one segment
 */
export function createRoute(method: string, path: string, resolve: ResolveRequest): Route {
  const source = path
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replace(/\/:([a-z]\w*)/g, '/(?<$1>[^/]+)')
  const pattern = new RegExp(`^${source}$`)
  const match = ({ url }: Request) => {
    const { origin, pathname } = new URL(url)
    return pattern.exec(origin + pathname)
  }
  return {
    matches: (request) => (method === 'all' || method === request.method) && match(request) !== null,
    async answer(request) {
      const params = Object.entries(match(request)?.groups ?? {})
      return resolve(
        request,
        Object.fromEntries(params.map(([name, value]) => [name, decodeURIComponent(value)])),
      )
    },
  }
}
