import type { Output } from './shell.ts'
import { cutEnd, padEnd, padStart, widthOf } from './width.ts'

/** A cell, and how to paint it. */
export type Cell = readonly [text: string, paint?: ((text: string) => string) | undefined]

const alignedRight = new Set(['records', 'took'])

/** Writes rows as a table; no wider than the terminal, where it goes to one. */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  { colors, stream, isTerminal }: Pick<Output, 'colors' | 'isTerminal'> & { stream: { columns?: number } },
): string {
  const lines: (readonly Cell[])[] = [headings.map((heading) => [heading, colors.bold] as const), ...rows]
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((line) => widthOf(line[column]?.[0] ?? ''))),
  )
  return lines
    .map((line) => {
      const cells = line.map(([content, paint = String], column) => {
        const pad = alignedRight.has(headings[column] ?? '') ? padStart : padEnd
        return paint(column === line.length - 1 ? content : pad(content, widths[column] ?? 0))
      })
      const text = cells.join('  ').trimEnd()
      return isTerminal ? cutEnd(text, (stream.columns ?? 80) - 1) : text
    })
    .join('\n')
}
