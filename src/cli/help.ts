import { readFileSync } from 'node:fs'
import { Argument, type Command, type HelpConfiguration } from 'commander'
import { exitCodes } from './exit-codes.ts'
import type { Run } from './flags.ts'
import { examples, topicNames, topics, words } from './help-texts.ts'
import type { Output, Shell } from './shell.ts'
import { padEnd, widthOf } from './text.ts'

/** A part of a help text: a paragraph, commands to copy, or terms with their meaning. */
export type HelpBlock =
  | string
  | { readonly heading?: string; readonly commands: readonly string[] }
  | { readonly heading?: string; readonly terms: readonly Term[] }

type Term = readonly [term: string, meaning: string]

/** How help is written. */
interface HelpStyle {
  /** Columns of the longest line. */
  readonly width: number
  readonly bold: (text: string) => string
}

// No wider than 80 columns, however wide the terminal is: longer lines are hard to read.
const styleOf = ({ stream, colors }: Output): HelpStyle => ({
  width: Math.max(40, Math.min(80, stream.columns ?? 80)),
  bold: colors.bold,
})

/** Adds `version` and `help`. */
export function addHelp(program: Command, shell: Shell, run: Run): void {
  program
    .command('version')
    .summary('print the version')
    .description('Print the version.')
    .action(
      run(async () => {
        shell.out.line(readVersion())
        return exitCodes.done
      }),
    )
  const visible = program.createHelp().visibleCommands(program)
  program
    .command('help')
    .summary(`print the help of a command, or ${topicNames.join(', ')}`)
    .description(`Print the help of a command, or of one of these: ${topicNames.join(', ')}.`)
    .addArgument(
      new Argument('[words...]', 'the command or the topic')
        .choices([...topicNames, ...visible.map((each) => each.name())])
        .argParser((word, before: readonly string[] = []) => [...before, word]),
    )
    .action(
      run(async (asked: string[] = [], _: unknown, command: Command) => {
        const topic = topicNames.find((name) => name === asked.join(' '))
        if (topic) {
          shell.out.line(formatHelp(topics[topic], styleOf(shell.out)))
          return exitCodes.done
        }
        let found = program
        for (const word of asked) {
          const next = found.commands.find((each) => each.name() === word)
          if (!next) return command.error(`error: unknown command '${word}'`)
          found = next
        }
        found.outputHelp()
        return exitCodes.done
      }),
    )
}

/** How commander writes the help of a command: what people look for first comes before the options. */
export const helpConfiguration = ({ out }: Shell): HelpConfiguration => ({
  formatHelp(command, helper) {
    const section = (heading: string, terms: Term[]) => (terms.length > 0 ? [{ heading, terms }] : [])
    const shown = examples[command.name()]
    const blocks: HelpBlock[] = [
      `${out.colors.bold('Usage:')} ${helper.commandUsage(command)}`,
      helper.commandDescription(command),
      ...section(
        'Commands',
        helper.visibleCommands(command).map((each) => [each.name(), helper.subcommandDescription(each)]),
      ),
      ...section(
        'Arguments',
        helper.visibleArguments(command).map((each) => [helper.argumentTerm(each), each.description]),
      ),
      ...(shown ? [{ heading: 'Examples', commands: shown }] : []),
      ...(command.parent === null ? [words] : []),
      ...section(
        'Options',
        helper
          .visibleOptions(command)
          .map((each) => [helper.optionTerm(each), helper.optionDescription(each)]),
      ),
    ]
    return `${formatHelp(blocks, styleOf(out))}\n`
  },
})

/** What follows the help of a command: where there is more. */
export function helpHint({ parent }: Command): string {
  const options = parent === null ? 'Options of a command: export-jobs <command> --help\n' : ''
  return `\n${options}More: export-jobs help ${topicNames.join('|')}`
}

/** Prints, after a usage error, how to get the help of the command. */
export function hintAtHelp(command: Command): void {
  command.showHelpAfterError(`Try: ${nameOf(command)} --help`)
  command.commands.forEach(hintAtHelp)
}

const nameOf = (command: Command): string =>
  command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name()

/** The version of the package. */
export function readVersion(): string {
  // The same path from src/cli as from dist/cli.
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return (manifest as { version: string }).version
}

/** Writes the parts of a help text as lines, an empty line between the parts. */
export const formatHelp = (blocks: readonly HelpBlock[], style: HelpStyle): string =>
  blocks.map((block) => formatBlock(block, style)).join('\n\n')

function formatBlock(block: HelpBlock, { width, bold }: HelpStyle): string {
  if (typeof block === 'string') return wrap(block, width).join('\n')
  const lines =
    'commands' in block
      ? block.commands.flatMap((command) => wrapCommand(command, width))
      : formatTerms(block.terms, width)
  return [...(block.heading === undefined ? [] : [bold(`${block.heading}:`)]), ...lines].join('\n')
}

// Where the meanings would be too narrow beside the terms, they stand below them.
function formatTerms(terms: readonly Term[], width: number): string[] {
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

const wrap = (text: string, width: number): string[] => fill(text.split(/\s+/), width)

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

// A shell reads the lines as one command: each but the last ends in `\`, and quoted text is not split.
function wrapCommand(command: string, width: number): string[] {
  const lines = fill(command.match(/(?:'[^']*'|\S)+/g) ?? [], width - 8)
  return lines.map(
    (line, index) => `${index === 0 ? '  $ ' : '      '}${line}${index < lines.length - 1 ? ' \\' : ''}`,
  )
}
