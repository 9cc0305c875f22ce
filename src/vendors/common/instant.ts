/**
 * Reads an instant as the vendors write it: RFC 3339 with up to nine digits of a second's fraction; one without
 * an offset is in UTC. What is finer than a millisecond is cut off.
 *
 * @returns undefined for what is no instant, and for the year 1, by which Go says "none"
 */
export function readInstant(text: string | null | undefined): Date | undefined {
  if (!text || text.startsWith('0001-')) return undefined
  const date = new Date(canonical.test(text) ? text : (toCanonical(text) ?? Number.NaN))
  // Date takes any month to have 31 days.
  const isReal = !Number.isNaN(date.getTime()) && (text.slice(8, 10) < '29' || isDay(text.slice(0, 10)))
  return isReal ? date : undefined
}

// What every engine reads alike. Not every one reads more than three digits, a space for the T, or lower case.
const canonical = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:\d\d)$/
const instant = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d{1,9})?(?:[Zz]|([+-]\d\d):?(\d\d))?$/

function toCanonical(text: string): string | undefined {
  const [, day, time, fraction = '', hours, minutes] = instant.exec(text) ?? []
  return day && `${day}T${time}${fraction.slice(0, 4)}${hours ? `${hours}:${minutes}` : 'Z'}`
}

/** Whether a text is a day that exists, written `YYYY-MM-DD`. */
export function isDay(text: unknown): text is string {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(typeof text === 'string' ? text : '')
  if (!parts) return false
  const [year, month, day] = parts.slice(1).map(Number) as [number, number, number]
  const date = new Date(Date.UTC(year, month - 1, day))
  // A day that does not exist rolls over to another month.
  return date.getUTCMonth() === month - 1
}
