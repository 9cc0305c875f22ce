import { ConfigurationError } from '../errors.ts'
import { checkHeaders } from '../http/headers.ts'
import { describeThrown } from '../internal/describe-thrown.ts'
import { isPlainObject } from '../internal/json.ts'
import { assertOption } from '../internal/options.ts'

/** How a token is sent: a scheme of `Authorization`, of which `basic` takes `user:password`, or the headers that carry it. */
export type AuthScheme = 'bearer' | 'basic' | ((token: string) => Readonly<Record<string, string>>)

/**
 * Makes the headers that carry a token; undefined for the default.
 *
 * @throws ConfigurationError `invalid-option` for a scheme that there is not; so does what it makes, for what is no headers.
 */
export function toAuth(
  scheme: AuthScheme | undefined,
  vendor: string,
): ((token: string) => Readonly<Record<string, string>>) | undefined {
  if (scheme === undefined || scheme === 'bearer') return undefined
  // A token is Latin-1 text, which is what `btoa` takes.
  if (scheme === 'basic') return (token) => ({ authorization: `Basic ${btoa(token)}` })
  assertOption(
    typeof scheme === 'function',
    `auth of ${vendor} must be 'bearer', 'basic' or a function.`,
    vendor,
  )
  return (token) => {
    const headers: unknown = ask(scheme, token, vendor)
    assertOption(isPlainObject(headers), `auth of ${vendor} must return headers.`, vendor)
    return checkHeaders(headers as Record<string, string>, vendor)
  }
}

// Its text is not repeated: it may hold the token.
function ask(scheme: Exclude<AuthScheme, string>, token: string, vendor: string) {
  try {
    return scheme(token)
  } catch (error) {
    const message = `auth of ${vendor} threw ${describeThrown(error)}.`
    throw new ConfigurationError('invalid-option', message, vendor)
  }
}
