/** What the headers of a response say about it. */
export interface ResponseFacts {
  /** The time of the response by the vendor's own clock. */
  readonly answeredAt?: Date | undefined
  /** The vendor's id of the request. */
  readonly requestId?: string | undefined
  /** For how long the vendor asks not to be polled, in ms. */
  readonly retryAfter?: number | undefined
}

/** Reads {@link ResponseFacts}. */
export function readFacts(response: { readonly headers: Headers } | undefined): ResponseFacts {
  if (!response) return {}
  const { headers } = response
  const date = parseHttpDate(read(headers, 'date'))
  return {
    answeredAt: Number.isNaN(date) ? undefined : new Date(date),
    requestId: readRequestId(headers),
    retryAfter: readRetryAfter(headers),
  }
}

/** The id of a request at the vendor, or at the CDN in front of it. */
export function readRequestId(headers: Headers): string | undefined {
  return headers.get('x-request-id') || headers.get('cf-ray') || undefined
}

// Not every runtime removes trailing blanks. `trim` also removes a non-breaking space, which is not a blank here.
function read(headers: Headers, name: string): string {
  const value = headers.get(name) ?? ''
  return value.includes('\u00a0') ? value : value.trim()
}

const day = 86_400_000

/**
 * Reads for how long the vendor asks to wait, from `Retry-After` and `RateLimit`.
 *
 * @returns ms, the longer of the two; undefined if neither is there, valid and at most a day
 */
export function readRetryAfter(headers: Headers): number | undefined {
  const hints = [
    parseRetryAfter(read(headers, 'retry-after'), headers),
    readRateLimit(read(headers, 'ratelimit')),
  ]
  const sensible = hints.filter((hint) => hint > 0 && hint <= day)
  return sensible.length > 0 ? Math.max(...sensible) : undefined
}

// A date is compared with the vendor's own `Date`, as the clock of this machine may be wrong.
function parseRetryAfter(text: string, headers: Headers): number {
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000
  const instant = parseHttpDate(text)
  return Number.isNaN(instant) ? instant : instant - (parseHttpDate(read(headers, 'date')) || Date.now())
}

// `limit=100, remaining=0, reset=7` as Didomi sends it, or the list of later drafts, `"burst";r=0;t=7,
// "day";r=9;t=3600`, in which every limit with nothing remaining counts.
function readRateLimit(text: string): number {
  const items = text.includes(';') ? text.split(',') : [text]
  const resets = items
    .filter((item) => /(?:^|[\s,;])(?:remaining|r)=0(?:$|[\s,;])/i.test(item))
    .map((item) => Number(/(?:^|[\s,;])(?:reset|t)=(\d{1,9})(?:$|[\s,;])/i.exec(item)?.[1]))
    .filter((reset) => reset >= 0)
  return Math.max(...resets) * 1_000
}

// The three forms of RFC 9110, 5.6.7. The last, that of asctime, does not name its zone. Date.parse alone would accept
// much more.
const httpDate =
  /^(?:[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT|[A-Z][a-z]{5,8}, \d\d-[A-Z][a-z]{2}-\d\d [\d:]{8} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4})$/

/** Parses an HTTP date in any of its three forms. Returns ms since 1970, NaN for anything else. */
export function parseHttpDate(text: string): number {
  if (!httpDate.test(text)) return Number.NaN
  const instant = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`)
  // A day or an hour that does not exist is read as one of the next day or month.
  const [day] = /\d+/.exec(text) ?? []
  return new Date(instant).getUTCDate() === Number(day) ? instant : Number.NaN
}
