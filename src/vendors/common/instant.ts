/**
 * Reads an instant as the vendors write it: RFC 3339 with up to nine digits of a second's fraction; one without
 * an offset is in UTC. What is finer than a millisecond is cut off.
 *
 * @returns undefined for what is no instant, and for the year 1, by which Go says "none"
 */
export function readInstant(text: string | null | undefined): Date | undefined {
  const match = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d{1,9})?([Zz]|[+-]\d\d:?\d\d)?$/.exec(text ?? '')
  if (!match) return undefined
  const [, day = '', time, fraction = '', offset = 'Z'] = match
  const date = new Date(`${day}T${time}${fraction.slice(0, 4)}${offset.toUpperCase()}`)
  return Number.isNaN(date.getTime()) || !isDay(day) || day.startsWith('0001') ? undefined : date
}

/** Whether a text is a day that exists, written `YYYY-MM-DD`. */
export function isDay(text: unknown): text is string {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}
