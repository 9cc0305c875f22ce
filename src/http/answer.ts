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
  return Object.assign(response, { json: async () => parseJson(answer, subject, secrets) })
}

/** As much of a response as openapi-fetch reads of one that it is to take JSON from; building a real one costs more than reading it. */
export function toPlainResponse(answer: Answer, subject: Subject, secrets: readonly string[]): unknown {
  return {
    ok: true,
    status: answer.status,
    headers: new Map([['Content-Length', String(answer.size)]]),
    json: async () => parseJson(answer, subject, secrets),
  }
}

function parseJson({ headers, text }: Answer, subject: Subject, secrets: readonly string[]): unknown {
  const type = headers.get('content-type') ?? ''
  if (!/^(?:\s*|(?:application|text)\/(?:[\w.-]+\+)?json\s*(?:;.*)?)$/i.test(type)) {
    throw notJson(subject, /html/i.test(type) ? 'HTML' : 'another content type')
  }
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

/**
 * The body of an answer, once it is known to be as the vendor documents it.
 *
 * @param body - undefined where the answer had none
 * @throws ResponseError `not-json` for no body, `unexpected-shape` with the path of the first wrong value.
 */
export function checkBody<Body>(body: Body | undefined, check: Check, subject: Subject): Body {
  if (body === undefined) throw notJson(subject, 'an empty body')
  const path = check(body)
  if (path === undefined) return body
  const where = path === '' ? 'the body is no object' : `"${path}" is missing or of another type`
  const { vendor, what } = subject
  const message = `The answer of ${vendor} for ${what} is not as documented: ${where}.`
  throw new ResponseError('unexpected-shape', message, vendor)
}
