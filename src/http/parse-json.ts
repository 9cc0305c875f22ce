import type { Redactor } from './redact.ts'
import { type FailedRequest, notJson } from './transport-error.ts'

/**
 * What the body of an answer says: whatever parses as JSON is JSON, whatever its `Content-Type`.
 *
 * @throws ResponseError `not-json`.
 */
export function parseJson(text: string, request: FailedRequest, redactor: Redactor): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw notJson(request, describe(text))
  }
  // With escapes in it, the text may hold a secret that it does not show.
  if (text.includes('\\') || redactor.text(text) !== text) redactor.value(value)
  return value
}

function describe(text: string): string {
  if (text.trim() === '') return 'an empty body'
  return /^\s*<(?:!doctype|html|head|body)/i.test(text) ? 'HTML' : 'a body that is not JSON'
}
