import { stripVTControlCharacters } from 'node:util'
import sliceAnsi from 'slice-ansi'
import stringWidth from 'string-width'

/**
 * Makes text safe for a terminal: removes escape sequences, control characters, and invisible characters, such as those
 * that change the direction of text. Answers of a vendor may contain them, and so may an id from the command line.
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

/** A span of time in whole seconds, for a display that ticks. */
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

// Widths are in columns of a terminal: a wide character takes two, combining marks and colours none.

/** How many columns a text takes. */
export const widthOf = (text: string): number => stringWidth(text)

/** `String.padEnd` by columns. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** `String.padStart` by columns. */
export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text
}

/** Replaces the end of a text that is too wide with `…`. Colours are closed. */
export function cutEnd(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  return width <= 0 ? '' : `${head(text, width - 1)}…`
}

/** Replaces the middle of a text that is too wide with `…`, as ids differ at their ends. For text without colours. */
export function cutMiddle(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  const kept = Math.max(0, width - 1)
  const start = head(text, Math.ceil(kept / 2))
  const end = sliceAnsi(text, widthOf(text) - (kept - widthOf(start)))
  return `${start}…${end}`
}

// slice-ansi keeps a wide character that crosses the end.
function head(text: string, width: number): string {
  let end = width
  while (widthOf(sliceAnsi(text, 0, end)) > width) end--
  return sliceAnsi(text, 0, end)
}
