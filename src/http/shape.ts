/** Says where a value is not as documented: the path of the first wrong part, '' the value itself. */
export type Check = (value: unknown) => string | undefined

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const string: Check = (value) => (typeof value === 'string' ? undefined : '')
export const number: Check = (value) => (typeof value === 'number' ? undefined : '')
export const unknown: Check = () => undefined

type Wrap = (check: Check) => Check

export const optional: Wrap = (check) => (value) => (value === undefined ? undefined : check(value))
export const nullable: Wrap = (check) => (value) => (value === null ? undefined : check(value))

export const oneOf =
  (...words: string[]): Check =>
  (value) =>
    words.includes(value as string) ? undefined : ''

// Own properties only: an answer inherits nothing, and a polluted prototype is not part of the answer.
const read = (value: object, key: string): unknown =>
  Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined

const within = (key: string | number, path: string): string => (path === '' ? `${key}` : `${key}.${path}`)

export const object = (fields: Record<string, Check>): Check => {
  const entries = Object.entries(fields)
  return (value) => {
    if (!isObject(value)) return ''
    for (const [key, check] of entries) {
      const path = check(read(value, key))
      if (path !== undefined) return within(key, path)
    }
    return undefined
  }
}

export const record: Wrap = (check) => (value) => {
  if (!isObject(value)) return ''
  for (const key of Object.keys(value)) {
    const path = check(read(value, key))
    if (path !== undefined) return within(key, path)
  }
  return undefined
}

export const array: Wrap = (check) => (value) => {
  if (!Array.isArray(value)) return ''
  for (const [index, item] of value.entries()) {
    const path = check(item)
    if (path !== undefined) return within(index, path)
  }
  return undefined
}
