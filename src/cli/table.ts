import type { Output } from './shell.ts'

/** A cell, and how to paint it. */
export type Cell = readonly [text: string, paint?: ((text: string) => string) | undefined]

const toTheRight = new Set(['records', 'took'])

/** Writes rows as a table; no wider than the terminal, where it goes to one. */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  { colors, stream, isTerminal }: Pick<Output, 'colors' | 'isTerminal'> & { stream: { columns?: number } },
): string {
  const columns = isTerminal ? (stream.columns ?? 80) : Number.POSITIVE_INFINITY
  const lines: (readonly Cell[])[] = [headings.map((heading) => [heading, colors.bold] as const), ...rows]
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.[0].length ?? 0)))
  return lines
    .map((line) => {
      let room = columns - 1
      let text = ''
      for (const [column, [content, paint = String]] of line.entries()) {
        const isLast = column === line.length - 1
        const width = widths[column] ?? 0
        const padded = toTheRight.has(headings[column] ?? '')
          ? content.padStart(width)
          : content.padEnd(width)
        const cell = isLast ? content : padded
        const shown = cell.length > room ? `${cell.slice(0, Math.max(0, room - 1))}…` : cell
        text += `${paint(shown)}${isLast ? '' : '  '}`
        room -= width + 2
        if (room <= 0) break
      }
      return text.trimEnd()
    })
    .join('\n')
}
