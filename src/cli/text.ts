import { stripVTControlCharacters } from 'node:util'

/**
 * Makes a text safe for a terminal: without escape sequences, control characters and the invisible ones that
 * turn the direction of writing. What a vendor says may hold them, and so may an id from the command line.
 */
export function sanitizeForTerminal(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/[\s\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
    .trim()
}

/** A span of time, short: `1.3s`, `42s`, `4m 05s`, `1h 02m`, `3d 4h`. */
export function formatSpan(milliseconds: number): string {
  if (milliseconds < 9_950) return `${(milliseconds / 1_000).toFixed(1)}s`
  const seconds = Math.round(milliseconds / 1_000)
  if (seconds < 60) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}m ${two(seconds % 60)}s`
  const hours = Math.floor(minutes / 60)
  return hours < 24 ? `${hours}h ${two(minutes % 60)}m` : `${Math.floor(hours / 24)}d ${hours % 24}h`
}

/** A span of time in whole seconds, for what ticks on the screen. */
export function formatTicks(milliseconds: number): string {
  return milliseconds < 10_000 ? `${Math.floor(milliseconds / 1_000)}s` : formatSpan(milliseconds)
}

/** A size, short: `274 B`, `1.2 kB`. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 'B'
  for (const larger of ['kB', 'MB', 'GB', 'TB']) {
    if (value < 999.5) break
    value /= 1_000
    unit = larger
  }
  return unit === 'B' || value >= 99.95 ? `${Math.round(value)} ${unit}` : `${value.toFixed(1)} ${unit}`
}

/** A count with its noun: `1 record`, `12,345 records`. */
export function formatCount(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`
}

/** An instant in UTC, to the minute. */
export function formatInstant(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

const two = (value: number): string => String(value).padStart(2, '0')
