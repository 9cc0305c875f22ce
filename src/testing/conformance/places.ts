/** A value somewhere in the JSON that the vendor answered. */
export interface Place {
  /** Which of the answers of one call it is in, from 0. */
  readonly answer: number
  readonly path: readonly (string | number)[]
  readonly value: unknown
}

/** What {@link withValue} puts in the place of a value that is to be gone. */
export const gone = Symbol('gone')

/**
 * Every value of a JSON answer, the whole left out.
 *
 * @param answer - which answer it is, from 0
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

/** A copy of a JSON value in which one place holds something else, or nothing. */
export function withValue(root: unknown, [key, ...rest]: Place['path'], value: unknown): unknown {
  if (key === undefined) return value
  const copy = (Array.isArray(root) ? [...root] : { ...(root as object) }) as Record<string | number, unknown>
  const next = withValue(copy[key], rest, value)
  if (next === gone) delete copy[key]
  else copy[key] = next
  return copy
}

/** Whether a place is another one or holds it. */
export const holds = (outer: Place, inner: Place): boolean =>
  outer.answer === inner.answer && outer.path.every((key, index) => inner.path[index] === key)

/** A place in words: `data.items.0.url`. */
export const nameOf = ({ path }: Place): string => path.join('.')
