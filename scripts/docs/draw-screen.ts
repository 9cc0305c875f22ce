import type { Cell } from './screen.ts'

/** The colours of a terminal. */
interface Theme {
  readonly background: string
  readonly border: string
  readonly text: string
  readonly dim: string
  /** By the code of SGR. */
  readonly colors: Readonly<Record<number, string>>
}

/** Each colour stands out from its background by 4.5 to 1 or more. */
export const themes: Readonly<Record<'light' | 'dark', Theme>> = {
  light: {
    background: '#f6f8fa',
    border: '#d0d7de',
    text: '#1f2328',
    dim: '#57606a',
    colors: {
      31: '#a40e26',
      32: '#116329',
      33: '#7d4e00',
      34: '#0550ae',
      35: '#6639ba',
      36: '#1b5c70',
      90: '#57606a',
    },
  },
  dark: {
    background: '#0d1117',
    border: '#30363d',
    text: '#e6edf3',
    dim: '#9198a1',
    colors: {
      31: '#ff8e86',
      32: '#56d364',
      33: '#e3b341',
      34: '#79c0ff',
      35: '#d2a8ff',
      36: '#56d4dd',
      90: '#9198a1',
    },
  },
}

const [cellWidth, lineHeight, padding, fontSize] = [8.4, 20, 18, 14]

/** Draws a screen as SVG. */
export function drawScreen(
  lines: readonly (readonly Cell[])[],
  columns: number,
  theme: Theme,
  title: string,
): string {
  const width = Math.ceil(columns * cellWidth) + 2 * padding
  const height = lines.length * lineHeight + 2 * padding
  const texts = lines.flatMap((line, row) => runsOf(line).map((run) => drawRun(run, row, theme)))
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title>${escapeXml(title)}</title>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="${theme.background}" stroke="${theme.border}"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${fontSize}" fill="${theme.text}">
${texts.join('\n')}
</g>
</svg>
`
}

/** Neighbours that look alike and are not blank. */
interface Run {
  readonly start: number
  readonly cells: readonly Cell[]
}

function runsOf(line: readonly Cell[]): Run[] {
  const runs: { start: number; cells: Cell[] }[] = []
  for (const [column, cell] of line.entries()) {
    const last = runs.at(-1)
    const previous = last?.cells.at(-1)
    const isNext = last && last.start + last.cells.length === column
    if (cell.text === ' ' && (!isNext || line[column + 1]?.text === ' ')) continue
    if (last && isNext && previous && looks(previous) === looks(cell)) last.cells.push(cell)
    else if (cell.text !== ' ') runs.push({ start: column, cells: [cell] })
  }
  return runs
}

const looks = ({ color, isBold, isDim }: Cell) => `${color} ${isBold} ${isDim}`

function drawRun({ start, cells }: Run, row: number, theme: Theme): string {
  const [{ color, isBold, isDim }] = cells as [Cell]
  const text = cells
    .map((cell) => cell.text)
    .join('')
    .trimEnd()
  const x = padding + start * cellWidth
  const y = padding + (row + 0.72) * lineHeight
  const fill = isDim ? theme.dim : color === undefined ? undefined : theme.colors[color]
  const attributes = [
    `x="${round(x)}" y="${round(y)}" textLength="${round([...text].length * cellWidth)}"`,
    fill && `fill="${fill}"`,
    isBold && 'font-weight="bold"',
  ]
  return `<text ${attributes.filter(Boolean).join(' ')}>${escapeXml(text)}</text>`
}

const round = (value: number) => Math.round(value * 10) / 10

const escapeXml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
