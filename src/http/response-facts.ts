import { parseHttpDate, readRetryAfter } from './retry-after.ts'

/** What the headers of an answer tell about it. */
export interface ResponseFacts {
  /** The vendor's own clock when it answered. */
  readonly answeredAt?: Date | undefined
  /** The vendor's id of the request. */
  readonly requestId?: string | undefined
  /** Ms for which the vendor asks not to be polled. */
  readonly retryAfter?: number | undefined
}

/** Reads {@link ResponseFacts}. */
export function readFacts(
  { headers }: { readonly headers: Headers } = { headers: new Headers() },
): ResponseFacts {
  const date = parseHttpDate(headers.get('date') ?? '')
  return {
    answeredAt: Number.isNaN(date) ? undefined : new Date(date),
    requestId: readRequestId(headers),
    retryAfter: readRetryAfter(headers),
  }
}

/** The id by which the vendor, or the edge before it, knows a request. */
export function readRequestId(headers: Headers): string | undefined {
  return headers.get('x-request-id') || headers.get('cf-ray') || undefined
}
