import { ConfigurationError } from '../errors.ts'

/**
 * Checks an id that is about to become part of a path or a query: it must name one thing and climb nowhere.
 *
 * @param name - what to call it in the error
 * @throws ConfigurationError `invalid-ref`.
 */
export function checkId(id: unknown, vendor: string, name = 'export id'): asserts id is string {
  const why = whyNot(id)
  if (why) throw new ConfigurationError('invalid-ref', `The ${name} for ${vendor} ${why}.`, vendor)
}

function whyNot(id: unknown): string | undefined {
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
 * Fills the parameters of a path in, such as `/exports/{id}`, each checked and encoded once.
 *
 * @throws ConfigurationError `invalid-ref` for a parameter that could climb out of the path.
 */
export function fillPath(path: string, params: Readonly<Record<string, unknown>>, vendor: string): string {
  let filled = path
  for (const [name, id] of Object.entries(params)) {
    checkId(id, vendor, name)
    filled = filled.replace(`{${name}}`, encodeURIComponent(id))
  }
  return filled
}
