import type { Command, Help } from 'commander'
import type { Output } from './shell.ts'
import { padEnd, widthOf } from './text.ts'

/** A part of a help text: a paragraph, commands to copy, or terms with their meaning. */
export type HelpBlock =
  | string
  | { readonly heading?: string; readonly commands: readonly string[] }
  | { readonly heading?: string; readonly terms: readonly (readonly [term: string, meaning: string])[] }

// A long line is hard to read, however wide the terminal is.
const widest = 80

/** How wide help is printed: as the terminal, and never wider than a page. */
export const helpWidth = ({ stream }: Output): number =>
  Math.max(40, Math.min(widest, stream.columns ?? widest))

/** Writes the parts of a help text as lines no wider than that, an empty line between the parts. */
export function formatHelp(blocks: readonly HelpBlock[], { width, bold }: HelpStyle): string {
  return blocks.map((block) => formatBlock(block, { width, bold })).join('\n\n')
}

/** How help is written. */
export interface HelpStyle {
  readonly width: number
  readonly bold: (text: string) => string
}

function formatBlock(block: HelpBlock, { width, bold }: HelpStyle): string {
  if (typeof block === 'string') return wrap(block, width).join('\n')
  const lines =
    'commands' in block
      ? block.commands.flatMap((command) => wrapCommand(command, width))
      : formatTerms(block.terms, width)
  return [...(block.heading === undefined ? [] : [bold(`${block.heading}:`)]), ...lines].join('\n')
}

// Terms that leave too little room beside them have their meaning below.
function formatTerms(terms: readonly (readonly [string, string])[], width: number): string[] {
  const column = Math.max(...terms.map(([term]) => widthOf(term))) + 4
  if (width - column < 30) {
    return terms.flatMap(([term, meaning]) => [
      `  ${term}`,
      ...wrap(meaning, width - 6).map((line) => `      ${line}`),
    ])
  }
  return terms.flatMap(([term, meaning]) =>
    wrap(meaning, width - column).map((line, index) => padEnd(index === 0 ? `  ${term}` : '', column) + line),
  )
}

function wrap(text: string, width: number): string[] {
  return fill(text.split(/\s+/), width)
}

function fill(words: readonly string[], width: number): string[] {
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

// As a shell reads it in several lines: what is quoted stays in one.
function wrapCommand(command: string, width: number): string[] {
  const lines = fill(command.match(/(?:'[^']*'|\S)+/g) ?? [], width - 8)
  return lines.map(
    (line, index) => `${index === 0 ? '  $ ' : '      '}${line}${index < lines.length - 1 ? ' \\' : ''}`,
  )
}

/** Commander's help for a command, but with what people look for first. */
export function formatCommandHelp(
  command: Command,
  helper: Help,
  intro: readonly HelpBlock[],
  { width, bold }: HelpStyle,
): string {
  const terms = (items: readonly (readonly [string, string])[], heading: string): HelpBlock[] =>
    items.length > 0 ? [{ heading, terms: items }] : []
  const blocks: HelpBlock[] = [
    `${bold('Usage:')} ${helper.commandUsage(command)}`,
    helper.commandDescription(command),
    ...terms(
      helper.visibleCommands(command).map((each) => [each.name(), helper.subcommandDescription(each)]),
      'Commands',
    ),
    ...terms(
      helper.visibleArguments(command).map((each) => [helper.argumentTerm(each), each.description]),
      'Arguments',
    ),
    ...intro,
    ...terms(
      helper.visibleOptions(command).map((each) => [helper.optionTerm(each), helper.optionDescription(each)]),
      'Options',
    ),
  ]
  return `${formatHelp(blocks, { width, bold })}\n`
}
