import { readFileSync } from 'node:fs'
import { Argument, Command } from 'commander'
import { exitCodes } from './exit-codes.ts'
import { formatCommandHelp, formatHelp, helpWidth } from './help.ts'
import { examples, topicNames, topics, words } from './help-texts.ts'
import type { Shell } from './shell.ts'
import { describeUsageError } from './usage.ts'

/** Makes an action of commander: it reports the exit code, and errors of the call as those of the command line. */
export type Run = (act: (...args: never[]) => Promise<number>) => (...args: unknown[]) => Promise<void>

/** The program without its commands: how it helps, and how it says what is wrong. */
export function createRoot(shell: Shell): Command {
  const style = { width: helpWidth(shell.out), bold: shell.out.colors.bold }
  return (
    new Command('export-jobs')
      .description('Start an export at a vendor, wait until it is done, save its file.')
      .usage('<command> [options]')
      .version(readVersion(), '-V, --version', 'print the version')
      .helpOption('-h, --help', 'print this help')
      .helpCommand(false)
      // What stands after the name of a command is an option of that command.
      .enablePositionalOptions()
      .exitOverride()
      .configureHelp({
        formatHelp(command, helper) {
          const isRoot = command.parent === null
          const shown = examples[command.name()]
          return formatCommandHelp(
            command,
            helper,
            [...(shown ? [{ heading: 'Examples', commands: shown }] : []), ...(isRoot ? [words] : [])],
            style,
          )
        },
      })
      .configureOutput({
        writeOut: (text) => void shell.out.write(text),
        writeErr: (text) => void shell.err.write(text),
        outputError: (text, write) => write(`export-jobs: ${describeUsageError(text)}\n`),
      })
      .addHelpText('afterAll', ({ command }) => {
        const options = command.parent === null ? 'Options of a command: export-jobs <command> --help\n' : ''
        return `\n${options}More: export-jobs help ${topicNames.join('|')}`
      })
      // The others ask nobody but this machine.
      .hook('preAction', (_, command) => {
        if (!['demo', 'simulate', 'help', 'version', 'completion', 'complete'].includes(command.name()))
          shell.proxy?.use()
      })
  )
}

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
          const style = { width: helpWidth(shell.out), bold: shell.out.colors.bold }
          shell.out.line(formatHelp(topics[topic], style))
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

/** Lets what is wrong with a command line be followed by where its command's help is. */
export function hintAtHelp(command: Command): void {
  command.showHelpAfterError(`Try: ${nameOf(command)} --help`)
  command.commands.forEach(hintAtHelp)
}

function nameOf(command: Command): string {
  return command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name()
}

// As far below the package from src/cli as from dist/cli.
function readVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return (manifest as { version: string }).version
}
