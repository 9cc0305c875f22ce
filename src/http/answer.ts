import { ResponseError } from '../errors.ts'
import { strike } from './credentials.ts'
import type { Answer } from './exchange.ts'
import { notJson, type Subject } from './failure.ts'
import type { Check } from './shape.ts'

/**
 * The answer as openapi-fetch takes it: its body is read, within bounds, and what it says of its length and
 * coding holds for the text as it now is. Its JSON is read by us, as a SyntaxError would quote the body.
 */
export function toResponse(answer: Answer, subject: Subject, secrets: readonly string[]): Response {
  const headers = new Headers(answer.headers)
  headers.delete('content-encoding')
  headers.set('content-length', String(answer.size))
  const isEmpty = answer.status === 204 || answer.status === 205
  const response = new Response(isEmpty ? null : answer.text, { status: answer.status, headers })
  return Object.assign(response, { json: async () => readJson(answer, subject, secrets) })
}

/**
 * What the body of an answer says, without the client's own credentials.
 *
 * @throws ResponseError `not-json`.
 */
export function readJson(
  { headers, text, size }: Answer,
  subject: Subject,
  secrets: readonly string[],
): unknown {
  if (size === 0) throw notJson(subject, 'an empty body')
  const type = headers.get('content-type') ?? ''
  if (!jsonType.test(type)) throw notJson(subject, /html/i.test(type) ? 'HTML' : 'another content type')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw notJson(subject, 'a damaged body')
  }
  // With escapes in it, the text may hold a secret that it does not show.
  const suspicious = text.includes('\\') || secrets.some((secret) => text.includes(secret))
  return suspicious ? strike(value, secrets) : value
}

const jsonType = /^(?:\s*|(?:application|text)\/(?:[\w.-]+\+)?json\s*(?:;.*)?)$/i

/**
 * The value, once it is known to be as the vendor documents it.
 *
 * @throws ResponseError `unexpected-shape` with the path of the first wrong value.
 */
export function checkBody<Body>(body: Body, check: Check, { vendor, what }: Subject): Body {
  const path = check(body)
  if (path === undefined) return body
  const where = path === '' ? 'the body is no object' : `"${path}" is missing or of another type`
  const message = `The answer of ${vendor} for ${what} is not as documented: ${where}.`
  throw new ResponseError('unexpected-shape', message, vendor)
}
