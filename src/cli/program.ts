import { Argument, Command, CommanderError, Option } from 'commander'
import { isExportJobsError } from '../index.ts'
import { describeError } from './describe.ts'
import { addDownload } from './download.ts'
import { exitCodeOfError, exitCodes } from './exit-codes.ts'
import { durationOption, type Run, readCount } from './flags.ts'
import { addGet } from './get.ts'
import { addHelp, helpConfiguration, helpHint, hintAtHelp, readVersion } from './help.ts'
import { Interruption, isClosedPipe, type Shell } from './shell.ts'
import type { SimulateFlags } from './simulate.ts'
import { addStart } from './start.ts'
import { describeUsageError, refuseSecrets } from './usage.ts'
import { addWait } from './wait.ts'

/**
 * Runs a command line.
 *
 * @param words - without the name of the program
 * @returns the exit code; it never rejects
 */
export async function run(words: readonly string[], shell: Shell): Promise<number> {
  const exitCode = await runProgram(words, shell)
  await shell.out.flush()
  const { failure } = shell.out
  // A reader that stopped early, such as `head`, is no error to report.
  if (failure === undefined || isClosedPipe(shell.out)) return exitCode
  const why = failure.code === 'ENOSPC' ? 'the disk is full (ENOSPC)' : (failure.code ?? 'unknown error')
  shell.err.line(`export-jobs: Cannot write to stdout: ${why}.`)
  return exitCodes.output
}

async function runProgram(words: readonly string[], shell: Shell): Promise<number> {
  let exitCode: number = exitCodes.done
  const program = createProgram(shell, (code) => {
    exitCode = code
  })
  try {
    refuseSecrets(words)
    await program.parseAsync(words, { from: 'user' })
    return exitCode
  } catch (error) {
    // Commander has already printed its message.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    if (error instanceof Interruption && shell.out.failure) return error.exitCode
    shell.err.line(`export-jobs: ${describeError(error)}`)
    const hint = shell.proxy?.hint(error)
    if (hint) shell.err.line(`export-jobs: ${hint}`)
    return error instanceof Interruption ? error.exitCode : (exitCodeOfError(error) ?? exitCodes.bug)
  }
}

/**
 * Describes the command line.
 *
 * @param shell - the streams and environment of the commands
 * @param done - receives the exit code of the command that ran
 */
export function createProgram(shell: Shell, done: (exitCode: number) => void): Command {
  const program = new Command('export-jobs')
    .description('Start an export at a vendor, wait until it is done, save its file.')
    .usage('<command> [options]')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    // An option after the name of a command is an option of that command.
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp(helpConfiguration(shell))
    .addHelpText('afterAll', ({ command }) => helpHint(command))
    .configureOutput({
      writeOut: (text) => void shell.out.write(text),
      writeErr: (text) => void shell.err.write(text),
      outputError: (text, write) => write(`export-jobs: ${describeUsageError(text)}\n`),
    })
    .hook('preAction', (_, command) => {
      if (!localCommands.includes(command.name())) shell.proxy?.use()
    })
  const run: Run =
    (act) =>
    async (...args) => {
      const command = args.at(-1) as Command
      try {
        done(await act(...(args as never[])))
      } catch (error) {
        if (!isExportJobsError(error) || error.name !== 'ConfigurationError') throw error
        command.error(`error: ${describeError(error)}`)
      }
    }
  addStart(program, shell, run)
  addWait(program, shell, run)
  addDownload(program, shell, run)
  addGet(program, shell, run)
  addSimulated(program, shell, run)
  addCompletion(program, run)
  addHelp(program, shell, run)
  hintAtHelp(program)
  return program
}

/** The commands that send requests to this machine only, or none: they use no proxy. */
const localCommands = ['demo', 'simulate', 'help', 'version', 'completion', 'complete']

// Their modules, and the simulator, are loaded only when they run: it keeps the start of the other commands short.
function addSimulated(program: Command, shell: Shell, run: Run): void {
  program
    .command('demo')
    .summary('wait for four simulated vendors at once')
    .description('Wait for four vendors at once, simulated on this machine. Takes 5 seconds.')
    .action(run(async () => (await import('./demo.ts')).demo(shell)))
  program
    .command('simulate')
    .summary('simulate the vendors for other commands')
    .description(
      'Simulate the vendors on this machine until Ctrl-C. Prints `export` lines that lead the other commands there; notes go to stderr. Didomi gets a new run every 15 seconds.',
    )
    .addOption(new Option('--port <number>', 'where to listen (default: any free one)').argParser(readCount))
    .addOption(durationOption('--running', 'how long exports run (default: 5s)'))
    .option(
      '--fail <fault...>',
      'how the first requests to each vendor fail: an HTTP status, html, reset, hang',
    )
    .action(run(async (flags: SimulateFlags) => (await import('./simulate.ts')).simulate(shell, flags)))
}

function addCompletion(program: Command, run: Run): void {
  const shells = ['bash', 'zsh', 'fish']
  program
    .command('completion')
    .summary('print the completion script of a shell')
    .description('Print what lets a shell complete commands, options and vendors when you press Tab.')
    .addArgument(new Argument('<shell>', shells.join(', ')).choices(shells))
    .action(
      run(async (name: string) => {
        const { printScript } = await import('./completion.ts')
        printScript(name)
        return exitCodes.done
      }),
    )
  program
    .command('complete', { hidden: true })
    .summary('what the completion scripts ask')
    .argument('[words...]')
    .action(
      run(async (words: string[]) => {
        const { printCompletions } = await import('./completion.ts')
        printCompletions(program, words)
        return exitCodes.done
      }),
    )
}
