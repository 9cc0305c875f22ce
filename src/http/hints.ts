const day = 86_400_000

/**
 * How long the vendor asks not to be asked again, by `Retry-After` and `RateLimit`.
 *
 * @param now - the wall clock, in ms since the epoch
 * @returns ms, the longer of the two; undefined where it asks for nothing, or for nonsense
 */
export function readHint(headers: Headers, now: number): number | undefined {
  const hints = [readRetryAfter(headers.get('retry-after'), now), readRateLimit(headers.get('ratelimit'))]
  const sensible = hints.filter((hint) => hint !== undefined && hint > 0 && hint <= day) as number[]
  return sensible.length > 0 ? Math.max(...sensible) : undefined
}

/** The instant at which the vendor answered, by its own clock where it tells; in ms since the epoch. */
export function readDate(headers: Headers): number {
  return parseHttpDate(headers.get('date') ?? '') ?? Date.now()
}

function readRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined
  const text = value.trim()
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000
  const date = parseHttpDate(text)
  return date === undefined ? undefined : date - now
}

// `limit=100, remaining=0, reset=7` as Didomi sends it, or the later draft's `"default";r=0;t=7`.
function readRateLimit(value: string | null): number | undefined {
  if (value === null) return undefined
  const parameters = new Map(
    value
      .split(/[;,]/)
      .map((part) => part.split('=', 2).map((side) => side.trim().toLowerCase()) as [string, string]),
  )
  const remaining = parameters.get('remaining') ?? parameters.get('r')
  const reset = parameters.get('reset') ?? parameters.get('t')
  return remaining === '0' && reset !== undefined && /^\d{1,9}$/.test(reset)
    ? Number(reset) * 1_000
    : undefined
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const time = String.raw`(\d{2}):(\d{2}):(\d{2})`
const weekday = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)'

// The three forms of RFC 9110, 5.6.7. Date.parse would take a great deal more for a date.
const preferred = new RegExp(String.raw`^${weekday}, (\d{2}) (\w{3}) (\d{4}) ${time} GMT$`)
const rfc850 = new RegExp(
  String.raw`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (\d{2})-(\w{3})-(\d{2}) ${time} GMT$`,
)
const asctime = new RegExp(String.raw`^${weekday} (\w{3}) ([ \d]\d) ${time} (\d{4})$`)

/** Reads a date of HTTP in any of its three forms; ms since the epoch. */
export function parseHttpDate(text: string): number | undefined {
  const [, day, month, year, ...clock] = preferred.exec(text) ?? rfc850.exec(text) ?? []
  if (day && month && year)
    return toInstant(year.length === 2 ? century(Number(year)) : Number(year), month, day, clock)
  const [, name, date, hours, minutes, seconds, fullYear] = asctime.exec(text) ?? []
  return name && date ? toInstant(Number(fullYear), name, date, [hours, minutes, seconds]) : undefined
}

// Two digits that would lie more than 50 years ahead mean the past.
function century(year: number): number {
  const thisYear = new Date().getUTCFullYear()
  const guess = thisYear - (thisYear % 100) + year
  return guess > thisYear + 50 ? guess - 100 : guess
}

function toInstant(
  year: number,
  month: string,
  day: string,
  clock: (string | undefined)[],
): number | undefined {
  const [hours, minutes, seconds] = clock.map(Number) as [number, number, number]
  const instant = Date.UTC(year, months.indexOf(month), Number(day), hours, minutes, seconds)
  const date = new Date(instant)
  const real =
    months[date.getUTCMonth()] === month &&
    date.getUTCDate() === Number(day) &&
    hours < 24 &&
    minutes < 60 &&
    seconds < 61
  return real ? instant : undefined
}
