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

// So far ahead of now, a Date is still valid.
const longest = 100 * 365 * 86_400_000

/**
 * Reads a {@link Duration}.
 *
 * @param value - as given by the caller
 * @param name - of the option, for the error
 * @returns milliseconds
 * @throws ConfigurationError `invalid-option` if it is not between 0 and 100 years, or has another unit.
 */
export function parseDuration(value: Duration, name: string): number {
  const milliseconds = typeof value === 'string' ? parseText(value) : value
  if (isDuration(milliseconds)) return milliseconds
  throw new ConfigurationError(
    'invalid-option',
    `${name} is not a duration: give milliseconds (0 to 100 years) or a number with ms, s, m, h or d, such as '30s'.`,
  )
}

/** Whether a value is a valid number of ms, from 0 to 100 years. */
export function isDuration(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= longest
}

function parseText(text: string): number {
  const match = /^(\d{1,15}(?:\.\d{1,15})?)(ms|s|m|h|d)$/.exec(text)
  if (!match) return Number.NaN
  const [, amount, unit] = match as unknown as [string, string, string]
  return Number(amount) * (millisecondsPerUnit.get(unit) as number)
}
