import type { Answer, Trial } from './trial.ts'

/** A value in the JSON of the vendor's answers. */
export interface Place {
  /** The index of the answer among those of one call. */
  readonly answer: number
  readonly path: readonly (string | number)[]
  readonly value: unknown
}

/** A value for {@link withValue} that removes the place. */
export const gone = Symbol('gone')

/** A status that no vendor has. */
export const foreignWord = 'a-word-nobody-published'

/**
 * All places of a JSON answer, without the root.
 *
 * @param answer - the index of the answer
 */
export function placesOf(root: unknown, answer: number): Place[] {
  const places: Place[] = []
  const visit = (holder: unknown, path: Place['path']) => {
    if (typeof holder !== 'object' || holder === null) return
    for (const [key, value] of Object.entries(holder)) {
      const here = [...path, Array.isArray(holder) ? Number(key) : key]
      places.push({ answer, path: here, value })
      visit(value, here)
    }
  }
  visit(root, [])
  return places
}

/** A copy of a JSON value with another value, or none, at one place. */
export function withValue(root: unknown, [key, ...rest]: Place['path'], value: unknown): unknown {
  if (key === undefined) return value
  const copy = (Array.isArray(root) ? [...root] : { ...(root as object) }) as Record<string | number, unknown>
  const next = withValue(copy[key], rest, value)
  if (next === gone) delete copy[key]
  else copy[key] = next
  return copy
}

/** Whether a place is another one or contains it. */
export const holds = (outer: Place, inner: Place): boolean =>
  outer.answer === inner.answer && outer.path.every((key, index) => inner.path[index] === key)

/** The path of a place: `data.items.0.url`. */
export const nameOf = ({ path }: Place): string => path.join('.')

/** The vendor's answer with other values at some places. */
export function changed(places: readonly Place[], to: (place: Place) => unknown): Answer {
  return async (_, real, nth) => {
    const response = await real()
    const here = places.filter(({ answer }) => answer === nth)
    if (here.length === 0) return response
    const value = here.reduce(
      (root, place) => withValue(root, place.path, to(place)),
      (await response.json()) as unknown,
    )
    return remade(response, JSON.stringify(value))
  }
}

/** The same answer with another body, and further headers. */
export function remade(response: Response, body: BodyInit, more: Record<string, string> = {}): Response {
  const headers = new Headers(response.headers)
  for (const name of ['content-length', 'content-encoding']) headers.delete(name)
  for (const [name, value] of Object.entries(more)) headers.set(name, value)
  return new Response(body, { status: response.status, headers })
}

/** Asks the vendor about an export, and finds the id and the status in its answers. */
export async function survey<Ref>(trial: Trial<Ref>, ref: Ref) {
  const places: Place[] = []
  const { get } = trial.createClient(async (_, real, nth) => {
    const response = await real()
    const value: unknown = await response
      .clone()
      .json()
      .catch(() => undefined)
    places.push(...placesOf(value, nth))
    return response
  })
  const job = await get(ref)
  const names = typeof ref === 'object' ? Object.values(ref as object) : [ref]
  const ids = places.filter(({ value }) => [job.id, ...names].some((name) => isSame(value, name)))
  const words = places.filter(({ value }) => isSame(value, job.rawStatus))
  const statuses: Place[] = []
  for (const place of words) if (!ids.includes(place) || !(await isId(place))) statuses.push(place)
  return { job, places, ids: ids.filter((place) => !statuses.includes(place)), statuses }

  /** Whether the client reads a value that equals both the id and the status as the id. */
  async function isId(place: Place): Promise<boolean> {
    const other = trial.createClient(changed([place], () => foreignWord))
    return other.get(ref).then(
      ({ rawStatus }) => rawStatus === job.rawStatus,
      () => true,
    )
  }
}

const isSame = (value: unknown, name: unknown): boolean =>
  (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') &&
  String(value).trim().toLowerCase() === String(name).trim().toLowerCase()
