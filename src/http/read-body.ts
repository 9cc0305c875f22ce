import type { Redactor } from './redact.ts'
import { type FailedRequest, notJson } from './transport-error.ts'

/** The most that is read of an answer, decoded: 8 MiB. */
export const bodyLimit = 8 * 1024 * 1024

/**
 * Reads a body as text.
 *
 * @param limit - bytes, decompressed; a longer body is cancelled
 * @param timeout - ms; of a slower body, what has arrived by then is returned
 * @returns undefined if the body is longer than the limit
 */
export async function readText(
  body: ReadableStream<Uint8Array> | null,
  limit: number,
  timeout?: number,
): Promise<string | undefined> {
  if (!body) return ''
  const reader = body.getReader()
  // A cancelled body reads as if it had ended.
  const timer = timeout === undefined ? undefined : setTimeout(() => discard(reader), timeout)
  const parts: Uint8Array[] = []
  let size = 0
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      size += part.value.byteLength
      if (size > limit) {
        discard(reader)
        return undefined
      }
      parts.push(part.value)
    }
  } finally {
    clearTimeout(timer)
  }
  // Decoding once is much faster than chunk by chunk. The decoder is created here, as jsdom has none at import.
  return new TextDecoder().decode(parts.length === 1 ? parts[0] : concat(parts, size))
}

function concat(parts: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size)
  let end = 0
  for (const part of parts) {
    whole.set(part, end)
    end += part.byteLength
  }
  return whole
}

/** Cancels a body that nobody reads: it would hold its socket. Not awaited, as under msw that never settles. */
export function discard(body: { cancel(): Promise<void> } | null): void {
  body?.cancel().catch(() => {})
}

/**
 * Parses the body of an answer: whatever parses as JSON is JSON, whatever its `Content-Type`.
 *
 * @param redactor - given where the text may hold a credential, escaped or not
 * @throws ResponseError `not-json`.
 */
export function parseJson(text: string, request: FailedRequest, redactor?: Redactor): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw notJson(request, describe(text))
  }
  redactor?.value(value)
  return value
}

function describe(text: string): string {
  if (text.trim() === '') return 'an empty body'
  return /^\s*<(?:!doctype|html|head|body)/i.test(text) ? 'HTML' : 'a body that is not JSON'
}
