// Deeper than any ref, and a cycle ends here.
const deepest = 100

/** Whether a value is an object literal, and not of a class, a Map or a Date. One of another realm, such as Jest's, is. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/**
 * A deep copy of what JSON can hold, without the keys that are undefined.
 *
 * @returns undefined for anything that JSON would lose or change: a class instance, a Map, NaN, a cycle
 */
export function copyJson<Value>(value: Value): Value | undefined {
  return copy(value, 0, asIs) as Value | undefined
}

interface CopyStyle {
  /** Keys in the order of the alphabet. */
  readonly isSorted: boolean
  /** A Date is taken for its ISO text. */
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
 * JSON text that is the same for the same value, whatever the order of its keys.
 *
 * @param isDateText - a Date is taken for its ISO text
 * @returns undefined where {@link copyJson} is
 */
export function canonicalJson(value: unknown, isDateText = false): string | undefined {
  const copied = copy(value, 0, { isSorted: true, isDateText })
  return copied === undefined ? undefined : JSON.stringify(copied)
}

// Those of a prototype that nobody has added to.
const inherited = 12

const isPolluted = () => Object.getOwnPropertyNames(Object.prototype).length > inherited

/**
 * A JSON value of which every property is its own: as it is, unless somebody has added to `Object.prototype`. Libraries
 * read inherited properties as if the vendor had sent them.
 */
export function withoutInherited<Value>(value: Value): Value {
  if (!isPolluted() || typeof value !== 'object' || value === null) return value
  return JSON.parse(JSON.stringify(value), (_, each) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.setPrototypeOf(each, null)
      : each,
  )
}
