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

// Own properties only: an answer inherits nothing, and a polluted prototype is not part of the answer.
const walk = (value: object, keys: string[], checkOf: (key: string) => Check): string | undefined => {
  for (const key of keys) {
    const path = checkOf(key)(Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined)
    if (path !== undefined) return path === '' ? key : `${key}.${path}`
  }
  return undefined
}

export const object =
  (fields: Record<string, Check>): Check =>
  (value) =>
    isObject(value) ? walk(value, Object.keys(fields), (key) => fields[key] as Check) : ''

export const record: Wrap = (check) => (value) =>
  isObject(value) ? walk(value, Object.keys(value), () => check) : ''

export const array: Wrap = (check) => (value) =>
  Array.isArray(value) ? walk(value, Object.keys(value), () => check) : ''
