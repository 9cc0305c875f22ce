/** One character on a screen. */
export interface Cell {
  readonly text: string
  /** A code of SGR: 31 to 37 or 90. */
  readonly color: number | undefined
  readonly isBold: boolean
  readonly isDim: boolean
}

type Style = Omit<Cell, 'text'>

const plain: Style = { color: undefined, isBold: false, isDim: false }

/** What a terminal shows after it was sent a text: its lines, as far as anything is on them. */
export function readScreen(output: string): Cell[][] {
  const lines: Cell[][] = []
  let [x, y, style] = [0, 0, plain]
  const lineAt = (row: number) => {
    while (lines.length <= row) lines.push([])
    return lines[row] as Cell[]
  }
  const put = (text: string) => {
    const line = lineAt(y)
    while (line.length < x) line.push({ text: ' ', ...plain })
    line[x++] = { text, ...style }
  }
  const control = (code: string, parameters: string) => {
    const first = Number.parseInt(parameters, 10) || 0
    if (code === 'm') style = parameters.split(';').reduce(restyle, style)
    else if (code === 'A') y = Math.max(0, y - (first || 1))
    else if (code === 'B') y += first || 1
    else if (code === 'C') x += first || 1
    else if (code === 'D') x = Math.max(0, x - (first || 1))
    else if (code === 'G') x = Math.max(0, first - 1)
    else if (code === 'K') lineAt(y).splice(first === 2 ? 0 : x)
    else if (code === 'J') {
      lineAt(y).splice(x)
      lines.splice(y + 1)
    }
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal is controlled with
  for (const [text, parameters, code] of output.matchAll(/\u001b\[([\d;?]*)([A-Za-z])|[\s\S]/gu)) {
    if (code) control(code, parameters as string)
    else if (text === '\r') x = 0
    else if (text === '\n') y++
    else if (text >= ' ') put(text)
  }
  while (lines.at(-1)?.every(({ text }) => text === ' ')) lines.pop()
  return lines
}

function restyle(style: Style, parameter: string): Style {
  const code = Number(parameter)
  if (code === 0) return plain
  if (code === 1) return { ...style, isBold: true }
  if (code === 2) return { ...style, isDim: true }
  if (code === 22) return { ...style, isBold: false, isDim: false }
  if (code === 39) return { ...style, color: undefined }
  return (code >= 31 && code <= 37) || code === 90 ? { ...style, color: code } : style
}
