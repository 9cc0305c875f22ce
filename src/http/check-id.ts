import { ConfigurationError } from '../errors.ts'
import { copyOwn } from '../internal/options.ts'

/**
 * Checks an id before it becomes part of a path or a query: it must name one thing and not lead to another path.
 *
 * @param name - what to call it in the error
 * @throws ConfigurationError `invalid-ref`.
 */
export function checkId(id: unknown, vendor: string, name = 'export id'): asserts id is string {
  const why = whyNot(id)
  if (why) throw new ConfigurationError('invalid-ref', `The ${name} for ${vendor} ${why}.`, vendor)
}

function whyNot(id: unknown): string | undefined {
  if (id === undefined) return 'is missing'
  if (typeof id !== 'string') return `must be a string, not ${id === null ? 'null' : typeof id}`
  if (id.length === 0) return 'is empty'
  if (id.length > 512) return 'is longer than 512 characters'
  if (id === '.' || id === '..') return 'must not be "." or ".."'
  if (/[/\\]|%2[ef]|%5c/i.test(id)) return 'must not contain slashes, backslashes or encoded dots'
  if (/\p{Cc}/u.test(id)) return 'must not contain control characters'
  if (/\p{Cs}/u.test(id)) return 'is not well-formed Unicode'
  return undefined
}

/**
 * Checks a ref before any I/O: an id, or an object of ids.
 *
 * @throws ConfigurationError `invalid-ref`.
 */
export function checkRef(ref: unknown, vendor: string): void {
  if (typeof ref === 'string') checkId(ref, vendor)
  else if (typeof ref !== 'object' || ref === null) {
    const message = `The ref of a ${vendor} export is ${ref === null ? 'null' : `of type ${typeof ref}`}.`
    throw new ConfigurationError('invalid-ref', message, vendor)
  } else for (const [name, id] of Object.entries(ref)) checkId(id, vendor, name)
}

/** A ref in words for errors: `export "abc"`. */
export const describeRef = (ref: unknown): string =>
  typeof ref === 'string' ? `export "${ref}"` : `export ${JSON.stringify(ref)}`

/**
 * Fills in the parameters of a path such as `/exports/{id}`, each checked and encoded once.
 *
 * @throws ConfigurationError `invalid-ref` for a parameter that is missing or could lead to another path.
 */
export function fillPath(path: string, params: Readonly<Record<string, unknown>>, vendor: string): string {
  const own = copyOwn(params)
  return path.replace(/\{([\w.-]+)\}/g, (_, name: string) => {
    const id = own[name]
    checkId(id, vendor, name)
    return encodeURIComponent(id)
  })
}
