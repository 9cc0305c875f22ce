/** A fenced block of a Markdown text. */
export interface Sample {
  /** The language after the fence. */
  language: string
  code: string
  /** The heading it stands under; with a number from the second one on. */
  title: string
  /** The line of the text it begins on. */
  line: number
}

/** Takes the fenced blocks out of a Markdown text. */
export function readSamples(markdown: string): Sample[] {
  const samples: Sample[] = []
  let heading = ''
  let open: { language: string; lines: string[]; line: number } | undefined
  for (const [index, line] of markdown.split('\n').entries()) {
    if (open && line === '```') {
      const { language, lines } = open
      const before = samples.filter(
        (each) => each.language === language && each.title.startsWith(heading),
      ).length
      const title = before === 0 ? heading : `${heading} ${before + 1}`
      samples.push({ language, code: `${lines.join('\n')}\n`, title, line: open.line })
      open = undefined
    } else if (open) open.lines.push(line)
    else if (line.startsWith('```')) open = { language: line.slice(3), lines: [], line: index + 2 }
    else heading = /^#+ (.+)$/.exec(line)?.[1] ?? heading
  }
  if (open) throw new Error(`The block that begins on line ${open.line} has no end.`)
  return samples
}

/** The words of each command of a block of shell, without what it is piped into and without a comment. */
export function readCommands({ code }: Sample): string[][] {
  return code
    .split('\n')
    .flatMap((line) => line.split('&&'))
    .map((command) => (command.split(/\||\s#/)[0] ?? '').trim().split(/\s+/))
    .filter(([first]) => first)
}
