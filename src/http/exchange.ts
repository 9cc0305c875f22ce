import { copyOwn } from '../internal/options.ts'
import { bodyLimit, discard, readText } from './body.ts'
import { redirected, type Subject, tooLarge } from './failure.ts'

/** A request that can be sent more than once. */
export interface Message {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** What came back, with its body read, or for a download with its body still to come. */
export interface Answer {
  readonly status: number
  readonly ok: boolean
  readonly headers: Headers
  readonly text: string
  /** Bytes of the body, decoded. */
  readonly size: number
  /** The body of a download. */
  readonly body: ReadableStream<Uint8Array> | null
}

// A refusal is explained in a few lines; what is longer is some page.
const refusalLimit = 64 * 1024

// Ms for the explanation to come, once its status has.
const refusalPatience = 2_000

/**
 * Sends a message once and reads what comes back.
 *
 * @param token - to send along, if any
 * @param stream - leave the body of a success unread
 */
export async function exchange(
  fetch: typeof globalThis.fetch,
  { url, method, headers: given, body }: Message,
  token: string | undefined,
  subject: Subject,
  stream: boolean,
  signal: AbortSignal,
): Promise<Answer> {
  const sent = token === undefined ? given : { ...given, authorization: `Bearer ${token}` }
  const response = await fetch(
    url,
    copyOwn({ method, headers: sent, body: body ?? null, redirect: 'manual' as const, signal }),
  )
  const { status, ok, headers } = response
  if (response.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    await discard(response.body)
    throw redirected(subject)
  }
  if (ok && stream) return { status, ok, headers, text: '', size: 0, body: response.body }
  if (ok) {
    const read = await readText(response, bodyLimit)
    if (!read) throw tooLarge(subject)
    return { status, ok, headers, body: null, text: read.text, size: read.size }
  }
  // The status says enough, should its explanation break off or not end.
  const refusal = await readText(response, refusalLimit, refusalPatience).catch(() => undefined)
  return { status, ok, headers, body: null, text: refusal?.text ?? '', size: refusal?.size ?? 0 }
}
