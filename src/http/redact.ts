import type { ClientSettings } from './client-options.ts'
import type { TokenSource } from './token-source.ts'

// A shorter text is hardly a secret, and would be found inside ordinary words.
const shortestSecret = 8

/** Replaces a credential. */
export const placeholder = '[redacted]'

/** The forms in which a secret may be sent back: as it is, percent-encoded, form-encoded or escaped as in JSON. */
function formsOf(secret: string): string[] {
  const encoded = encodeURIComponent(secret)
  const form = new URLSearchParams([['', secret]]).toString().slice(1)
  const json = JSON.stringify(secret).slice(1, -1)
  const lowerCase = (text: string) => text.replace(/%[\dA-F]{2}/g, (each) => each.toLowerCase())
  // Some encoders, such as Python's `quote`, leave slashes as they are.
  const withSlashes = encoded.replaceAll('%2F', '/')
  const percent = [encoded, withSlashes, form].flatMap((text) => [text, lowerCase(text)])
  return [secret, ...percent, json, json.replaceAll('/', '\\/')]
}

/** Redacts the credentials of a request in its response. */
export interface Redactor {
  /** Redacts a text. */
  text(text: string): string
  /** Redacts JSON text, in which a secret may be escaped. */
  json(text: string): string
  /** Redacts every string of a JSON value, in place. */
  value(value: unknown): void
}

/** @param secrets - the credentials that requests are sent with */
export function createRedactor(secrets: readonly string[]): Redactor {
  const forms = new Set(secrets.filter((secret) => secret.length >= shortestSecret).flatMap(formsOf))
  // The longest first, as one may be part of another.
  const ordered = [...forms].sort((a, b) => b.length - a.length)

  const redactText = (text: string) =>
    ordered.reduce((redacted, form) => redacted.replaceAll(form, placeholder), text)

  function redactEntries(holder: Record<string, unknown>): void {
    for (const [key, entry] of Object.entries(holder)) {
      if (typeof entry === 'string') holder[key] = redactText(entry)
      const name = redactText(key)
      if (name === key) continue
      holder[name] = holder[key]
      delete holder[key]
    }
  }

  return {
    text: redactText,
    json(text) {
      const redacted = redactText(text)
      if (!redacted.includes('\\')) return redacted
      const plain = withoutEscapes(redacted)
      // Too deeply nested to be read: it may contain a secret.
      if (plain === undefined) return placeholder
      return plain === redactText(plain) ? redacted : redactText(plain)
    },
    value(value) {
      walkObjects(value, redactEntries)
    },
  }
}

/**
 * Makes the redactors of one client: for its tokens, in each form in which they are sent, and its other secrets.
 *
 * @returns gives the redactor for the response to a request that was sent with this token
 */
export function createTokenRedactor(
  { auth, secrets }: Pick<ClientSettings, 'auth' | 'secrets'>,
  tokens: Pick<TokenSource, 'secrets'> | undefined,
): (token: string | undefined) => Redactor {
  let last: { readonly known: readonly string[]; readonly redactor: Redactor } | undefined

  // The token, the password of `user:password`, and the value of the header without its scheme.
  const formsSent = (token: string): string[] => [
    token,
    token.slice(token.indexOf(':') + 1),
    ...Object.values(auth(token)).map((value) => value.slice(value.indexOf(' ') + 1)),
  ]
  const create = (known: readonly string[]) => createRedactor([...known.flatMap(formsSent), ...secrets])

  return (token) => {
    const known = tokens?.secrets ?? none
    // A token function may return another token for each request: the one that was sent is redacted in any case.
    if (token !== undefined && !known.includes(token)) return create([token, ...known])
    if (last?.known !== known) last = { known, redactor: create(known) }
    return last.redactor
  }
}

const none: readonly string[] = []

/** The same JSON without needless escapes; text that is not JSON as it is; undefined if it is nested too deeply. */
function withoutEscapes(text: string): string | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return text
  }
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

/** Visits all objects and arrays of a JSON value. Without recursion, as it may be nested deeper than the stack. */
function walkObjects(value: unknown, visit: (holder: Record<string, unknown>) => void): void {
  const open = [value]
  while (open.length > 0) {
    const holder = open.pop()
    if (typeof holder !== 'object' || holder === null) continue
    for (const value of Object.values(holder)) open.push(value)
    visit(holder as Record<string, unknown>)
  }
}
