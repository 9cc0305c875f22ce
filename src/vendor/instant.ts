/** An instant as vendors write it: RFC 3339 text, seconds or milliseconds since 1970, or a Date. */
export type Instant = Date | string | number

/**
 * Reads an instant. Text is RFC 3339 with up to nine digits for the fraction of a second; without an offset it is UTC,
 * and seconds may be missing. Fractions of a millisecond are cut off.
 *
 * @returns undefined for anything else, and for 1970-01-01T00:00:00Z and earlier, which Go and others write for "none"
 */
export function readInstant(value: unknown): Date | undefined {
  const milliseconds = toMilliseconds(value)
  const isReal = milliseconds !== undefined && milliseconds > 0 && milliseconds <= latest
  return isReal ? new Date(milliseconds) : undefined
}

// The last instant that a Date can hold.
const latest = 8.64e15

// A smaller number is in seconds: in milliseconds it would be before March 1973.
const leastMilliseconds = 1e11

function toMilliseconds(value: unknown): number | undefined {
  if (typeof value === 'string') return parseText(value)
  // Some vendors write 0 for "none".
  if (typeof value === 'number') return value > 0 ? toWhole(value) : undefined
  return value instanceof Date ? value.getTime() : undefined
}

const toWhole = (value: number) => Math.floor(value < leastMilliseconds ? value * 1_000 : value)

const pattern = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?(\.\d{1,9})?(?:[Zz]|([+-]\d\d):?(\d\d)?)?$/

// Not every engine parses more than three digits, a space for the T, lower case, or an offset without minutes.
function parseText(text: string): number | undefined {
  const [, day, time, seconds = ':00', fraction = '', hours, minutes = '00'] = pattern.exec(text) ?? []
  if (!isDay(day)) return undefined
  const offset = hours ? `${hours}:${minutes}` : 'Z'
  return Date.parse(`${day}T${time}${seconds}${fraction.slice(0, 4)}${offset}`)
}

/** Whether a value is a day that exists, written `YYYY-MM-DD`. */
export function isDay(text: unknown): text is string {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(text)) return false
  // A day that does not exist is read as one of the next month, or as no date.
  return new Date(Date.parse(text)).getUTCDate() === Number(text.slice(8))
}
