import { assertOption, copyOwn } from '../internal/options.ts'

/** Headers as an object, a `Headers` of any realm, a `Map` or a list of pairs. */
export type HeadersInput =
  | Readonly<Record<string, string | undefined>>
  | Iterable<readonly [name: string, value: string]>

// fetch would refuse these, too, but quote the value in its error: control characters and what is not Latin-1.
const unsendable = /[^\x20-\x7e\xa0-\xff]/

/** Says why a value cannot be a token; undefined if it can. */
export function whyNoToken(token: unknown): string | undefined {
  if (typeof token !== 'string' || token === '') return 'must be a string that is not empty'
  if (unsendable.test(token)) return unsendableWords
  if (token !== token.trim()) return 'must not begin or end with a space'
  return undefined
}

const unsendableWords = 'must be Latin-1 text without line breaks or other control characters'

/**
 * Checks a credential before it is sent in a header: Latin-1 text that is not empty, without control characters.
 *
 * @param name - what to call it in the error
 * @returns the credential
 * @throws ConfigurationError `invalid-option`, which does not repeat it.
 */
export function checkToken(token: unknown, vendor: string, name = 'token'): string {
  const why = whyNoToken(token)
  assertOption(why === undefined, `${name} of the ${vendor} client ${why}.`, vendor)
  return token as string
}

/**
 * Checks headers before they are sent.
 *
 * @returns those that have a value, by lower-case name
 * @throws ConfigurationError `invalid-option`, which does not repeat the value.
 */
export function checkHeaders(headers: HeadersInput | undefined, vendor: string): Record<string, string> {
  const checked: Record<string, string> = {}
  const assertHeaders = (condition: boolean) =>
    assertOption(
      condition,
      `headers of the ${vendor} client must be an object, a Headers or a list of [name, value].`,
      vendor,
    )
  const assertHeader: (condition: boolean, what: string) => asserts condition = (condition, what) =>
    assertOption(condition, `A header of the ${vendor} client ${what}.`, vendor)
  assertHeaders(headers === undefined || (typeof headers === 'object' && headers !== null))
  for (const entry of entriesOf(headers ?? {})) {
    assertHeaders(Array.isArray(entry))
    const [name, value] = entry
    if (value === undefined) continue
    assertHeader(/^[!#$%&'*+\-.^_`|~\w]+$/.test(name), 'has a name that cannot be sent')
    assertHeader(typeof value === 'string' && !unsendable.test(value), unsendableWords)
    checked[name.toLowerCase()] = value
  }
  return checked
}

function entriesOf(headers: HeadersInput): Iterable<readonly [string, unknown]> {
  const isIterable = typeof (headers as Iterable<never>)[Symbol.iterator] === 'function'
  return isIterable ? (headers as Iterable<readonly [string, string]>) : Object.entries(copyOwn(headers))
}
