/** Answers a request. `params` are the named segments of its path, decoded. */
export type ResolveRequest = (
  request: Request,
  params: Record<string, string>,
) => Response | Promise<Response>

/** A pattern of requests, and how they are answered. */
export interface Route {
  matches(request: Request): boolean
  /** @throws URIError for a path that cannot be decoded. */
  answer(request: Request): Promise<Response>
}

/**
 * Creates a route.
 *
 * @param method - `all` for any
 * @param path - the pattern of the URL without its query: `*` is one or more segments, `:name` is one
 */
export function createRoute(method: string, path: string, resolve: ResolveRequest): Route {
  const pattern = path.split('/')
  const match = ({ url }: Request) => {
    const { origin, pathname } = new URL(url)
    return matchSegments(pattern, (origin + pathname).split('/'))
  }
  return {
    matches: (request) => (method === 'all' || method === request.method) && match(request) !== undefined,
    async answer(request) {
      const params = (match(request) ?? []).map(([name, value]) => [name, decodeURIComponent(value)])
      return resolve(request, Object.fromEntries(params))
    },
  }
}

/** The named segments; undefined if the pattern does not match. */
function matchSegments(
  [wanted, ...pattern]: readonly string[],
  [segment, ...segments]: readonly string[],
): [name: string, value: string][] | undefined {
  if (wanted === undefined) return segment === undefined ? [] : undefined
  if (segment === undefined) return undefined
  const rest = matchSegments(pattern, segments)
  if (wanted === '*') return rest ?? matchSegments(['*', ...pattern], segments)
  if (wanted.startsWith(':'))
    return segment === '' ? undefined : rest && [[wanted.slice(1), segment], ...rest]
  return wanted === segment ? rest : undefined
}
