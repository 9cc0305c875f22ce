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
