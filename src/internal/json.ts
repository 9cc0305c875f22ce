// No ref is nested so deep. A cycle ends here.
const deepest = 100

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
  return copy(value, 0, asIs) as Value | undefined
}

interface CopyStyle {
  /** Keys in the order of the alphabet. */
  readonly isSorted: boolean
  /** A Date becomes its ISO text. */
  readonly isDateText: boolean
}

const asIs: CopyStyle = { isSorted: false, isDateText: false }

function copy(value: unknown, depth: number, style: CopyStyle): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  // JSON has no -0.
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : undefined
  if (depth > deepest) return undefined
  if (Array.isArray(value)) {
    const items = Array.from(value, (item) => copy(item, depth + 1, style))
    return items.includes(undefined) ? undefined : items
  }
  if (style.isDateText && value instanceof Date) return value.toJSON() ?? undefined
  if (!isPlainObject(value)) return undefined
  const keys = Object.keys(value).filter((key) => value[key] !== undefined)
  if (style.isSorted) keys.sort()
  const entries = keys.map((key) => [key, copy(value[key], depth + 1, style)] as const)
  return entries.some(([, item]) => item === undefined) ? undefined : Object.fromEntries(entries)
}

/**
 * JSON text with sorted keys: the same for equal values.
 *
 * @param isDateText - a Date becomes its ISO text
 * @returns undefined where {@link copyJson} is
 */
export function canonicalJson(value: unknown, isDateText = false): string | undefined {
  const copied = copy(value, 0, { isSorted: true, isDateText })
  return copied === undefined ? undefined : JSON.stringify(copied)
}

// The number of properties of an unpolluted prototype.
const inherited = 12

/** Whether `Object.prototype` is polluted, be it with a property that is not enumerable. */
const isPolluted = (): boolean => Object.getOwnPropertyNames(Object.prototype).length > inherited

/**
 * The JSON value itself or, if `Object.prototype` is polluted, a copy that inherits nothing. Libraries would read an
 * inherited property as if the vendor had sent it.
 */
export function withoutInherited<Value>(value: Value): Value {
  if (!isPolluted() || typeof value !== 'object' || value === null) return value
  return JSON.parse(JSON.stringify(value), (_, each) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.setPrototypeOf(each, null)
      : each,
  )
}
