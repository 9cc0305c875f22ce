import { ConfigurationError } from './errors.ts'

/** A span of time: milliseconds, or a number with its unit, such as `'500ms'`, `'1.5s'`, `'10m'`, `'1h'`, `'7d'`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`

const millisecondsPerUnit = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

// An instant this far ahead is still a valid Date, which ends 275,760 years after Christ.
const longest = 100 * 365 * 86_400_000

/**
 * Reads a {@link Duration}.
 *
 * @param value - what the caller gave
 * @param name - the option it was given as, for the error
 * @returns milliseconds
 * @throws ConfigurationError `invalid-option` when it is not a number from 0 to a hundred years, or its unit is none of those.
 */
export function parseDuration(value: Duration, name: string): number {
  const milliseconds = typeof value === 'string' ? parseText(value) : value
  if (isDuration(milliseconds)) return milliseconds
  throw new ConfigurationError(
    'invalid-option',
    `${name} is not a duration: give milliseconds (0 to 100 years) or a number with ms, s, m, h or d, such as '30s'.`,
  )
}

/** Whether a value is a number of ms that an option takes. */
export function isDuration(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= longest
}

function parseText(text: string): number {
  const match = /^(\d{1,15}(?:\.\d{1,15})?)(ms|s|m|h|d)$/.exec(text)
  if (!match) return Number.NaN
  const [, amount, unit] = match as unknown as [string, string, string]
  return Number(amount) * (millisecondsPerUnit.get(unit) as number)
}
