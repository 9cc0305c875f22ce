/**
 * Reads an instant as the vendors write it: RFC 3339 with up to nine digits of a second's fraction; one without
 * an offset is in UTC. What is finer than a millisecond is cut off.
 *
 * @returns undefined for what is no instant, and for the year 1, by which Go says "none"
 */
export function readInstant(text: string | null | undefined): Date | undefined {
  if (!text || !instant.test(text) || text.startsWith('0001-')) return undefined
  // Not every engine reads more than three digits, a space for the T, or lower case.
  const fine = text.length > 24 ? text.replace(/(\.\d{3})\d+/, '$1') : text
  const upper = fine.replace(' ', 'T').toUpperCase()
  const date = new Date(hasOffset.test(upper) ? upper : `${upper}Z`)
  // Date takes any month to have 31 days.
  const isReal = !Number.isNaN(date.getTime()) && (text.slice(8, 10) < '29' || isDay(text.slice(0, 10)))
  return isReal ? date : undefined
}

const instant = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:?\d\d)?$/
const hasOffset = /(?:Z|[+-]\d\d:?\d\d)$/

/** Whether a text is a day that exists, written `YYYY-MM-DD`. */
export function isDay(text: unknown): text is string {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(typeof text === 'string' ? text : '')
  if (!parts) return false
  const [year, month, day] = parts.slice(1).map(Number) as [number, number, number]
  const date = new Date(Date.UTC(year, month - 1, day))
  // A day that does not exist rolls over to another month.
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}
