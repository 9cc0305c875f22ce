// No ref is nested so deep. A cycle ends here.
const deepest = 100

/** Whether a value is an object that is no array. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether a value is a string that is not empty. */
export const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** Whether a value is an object literal, not an instance of a class such as Map or Date. Literals of another realm, such as Jest's, count. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/**
 * A deep copy of a JSON value, without keys that are undefined.
 *
 * @returns undefined for what JSON would lose or change: a class instance, a Map, NaN, a cycle
 */
export function copyJson<Value>(value: Value): Value | undefined {
  return copy(value, 0) as Value | undefined
}

function copy(value: unknown, depth: number): unknown {
  if (isAtom(value)) return copyAtom(value)
  if (depth > deepest) return undefined
  if (Array.isArray(value)) {
    const items = Array.from(value, (item) => copy(item, depth + 1))
    return items.includes(undefined) ? undefined : items
  }
  if (!isPlainObject(value)) return undefined
  const entries = definedKeys(value).map((key) => [key, copy(value[key], depth + 1)] as const)
  return entries.some(([, item]) => item === undefined) ? undefined : Object.fromEntries(entries)
}

/**
 * JSON text with sorted keys: the same for equal values. Unlike `JSON.stringify` it calls no `toJSON`, which a polluted
 * prototype could lend.
 *
 * @param isDateText - a Date becomes its ISO text
 * @returns undefined where {@link copyJson} is
 */
export function canonicalJson(value: unknown, isDateText = false): string | undefined {
  return write(value, 0, isDateText)
}

function write(value: unknown, depth: number, isDateText: boolean): string | undefined {
  if (isAtom(value)) return JSON.stringify(copyAtom(value))
  if (depth > deepest) return undefined
  if (isDateText && value instanceof Date) return write(value.toJSON() ?? undefined, depth, isDateText)
  if (Array.isArray(value)) {
    const items = Array.from(value, (item) => write(item, depth + 1, isDateText))
    return items.includes(undefined) ? undefined : `[${items.join()}]`
  }
  if (!isPlainObject(value)) return undefined
  const keys = definedKeys(value).sort()
  const items = keys.map((key) => write(value[key], depth + 1, isDateText))
  if (items.includes(undefined)) return undefined
  return `{${keys.map((key, index) => `${JSON.stringify(key)}:${items[index]}`).join()}}`
}

const isAtom = (value: unknown): boolean =>
  value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number'

// JSON has no NaN, no infinity and no -0.
const copyAtom = (value: unknown): unknown =>
  typeof value !== 'number' ? value : Number.isFinite(value) ? value + 0 : undefined

const definedKeys = (value: Record<string, unknown>): string[] =>
  Object.keys(value).filter((key) => value[key] !== undefined)

// The number of properties of an unpolluted prototype. Deno has no `__proto__`.
const inherited = Object.hasOwn(Object.prototype, '__proto__') ? 12 : 11

/** Whether `Object.prototype` is polluted, be it with a property that is not enumerable. */
const isPolluted = (): boolean => Object.getOwnPropertyNames(Object.prototype).length > inherited

/**
 * The JSON value itself or, if `Object.prototype` is polluted, a copy that inherits nothing. Libraries would read an
 * inherited property as if the vendor had sent it.
 */
export function withoutInherited<Value>(value: Value): Value {
  if (!isPolluted() || typeof value !== 'object' || value === null) return value
  return JSON.parse(JSON.stringify(value), (_, each) =>
    isObject(each) ? Object.setPrototypeOf(each, null) : each,
  )
}
