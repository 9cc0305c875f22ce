import { assertOption, copyOwn } from '../internal/options.ts'

// What fetch itself would refuse, and quote in its error: control characters and what is not Latin-1.
const unsendable = /[^\x20-\x7e\xa0-\xff]/
const unsendableWords = 'must be Latin-1 text without line breaks or other control characters'

/**
 * Checks a token before it becomes a header.
 *
 * @throws ConfigurationError `invalid-option`, which does not repeat it.
 */
export function checkToken(token: unknown, vendor: string, name = 'token'): string {
  const need = (condition: boolean, what: string) =>
    assertOption(condition, `${name} of the ${vendor} client ${what}.`, vendor)
  need(typeof token === 'string' && token !== '', 'must be a string that is not empty')
  need(!unsendable.test(token as string), unsendableWords)
  need(token === (token as string).trim(), 'must not begin or end with a space')
  return token as string
}

/**
 * Checks headers before they are sent.
 *
 * @returns the headers that have a value, by lower-case name
 * @throws ConfigurationError `invalid-option`, which does not repeat the value.
 */
export function checkHeaders(
  headers: Readonly<Record<string, string | undefined>> | undefined,
  vendor: string,
): Map<string, string> {
  const checked = new Map<string, string>()
  const entries = headers instanceof Headers ? [...headers] : Object.entries(copyOwn(headers))
  for (const [name, value] of entries) {
    if (value === undefined) continue
    const need = (condition: boolean, what: string) =>
      assertOption(condition, `A header of the ${vendor} client ${what}.`, vendor)
    need(/^[!#$%&'*+\-.^_`|~\w]+$/.test(name), 'has a name that is none')
    need(typeof value === 'string' && !unsendable.test(value), unsendableWords)
    checked.set(name.toLowerCase(), value)
  }
  return checked
}

// Shorter ones are no secrets, and striking them out would tear words apart.
const shortestSecret = 8

/**
 * Strikes the client's own credentials out of what a vendor said, in place: in the strings of any value that
 * JSON can have. Without recursion, as an answer may be nested deeper than the stack.
 */
export function strike<Value>(value: Value, secrets: readonly string[]): Value {
  const root = { value }
  const open: Record<string, unknown>[] = [root]
  for (let holder = open.pop(); holder; holder = open.pop()) {
    for (const [key, entry] of Object.entries(holder)) {
      if (typeof entry === 'string') holder[key] = strikeText(entry, secrets)
      else if (typeof entry === 'object' && entry !== null) open.push(entry as Record<string, unknown>)
      const name = strikeText(key, secrets)
      if (name === key) continue
      holder[name] = holder[key]
      delete holder[key]
    }
  }
  return root.value
}

/** Strikes the client's own credentials out of a text. */
export function strikeText(text: string, secrets: readonly string[]): string {
  let struck = text
  for (const secret of secrets)
    if (secret.length >= shortestSecret) struck = struck.replaceAll(secret, '[redacted]')
  return struck
}
