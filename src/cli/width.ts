import sliceAnsi from 'slice-ansi'
import stringWidth from 'string-width'

// Widths are in columns of a terminal: a wide character takes two, a combining mark and a colour none.

/** How many columns a text takes. */
export const widthOf = (text: string): number => stringWidth(text)

/** Fills a text up on the right; the `padEnd` of columns. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** Fills a text up on the left; the `padStart` of columns. */
export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text
}

/** Cuts the end off a text that is too wide, and says so with `…`. Its colours end where it does. */
export function cutEnd(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  return width <= 0 ? '' : `${head(text, width - 1)}…`
}

/** Cuts the middle out of a text that is too wide: the ends tell ids apart. It holds no colours. */
export function cutMiddle(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  const kept = Math.max(0, width - 1)
  const start = head(text, Math.ceil(kept / 2))
  const end = sliceAnsi(text, widthOf(text) - (kept - widthOf(start)))
  return `${start}…${end}`
}

// slice-ansi keeps a wide character that lies across the end.
function head(text: string, width: number): string {
  let end = width
  while (widthOf(sliceAnsi(text, 0, end)) > width) end--
  return sliceAnsi(text, 0, end)
}
