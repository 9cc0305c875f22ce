import { Argument, type Command, Option } from 'commander'
import { ConfigurationError, isExportJobsError } from '../index.ts'
import { describeError } from './describe.ts'
import { saveTo } from './download.ts'
import { exitCodes } from './exit-codes.ts'
import {
  type CommonFlags,
  type DownloadFlags,
  durationOption,
  type GetFlags,
  readCount,
  readList,
  type WaitFlags,
  withCommon,
  withOwnVendor,
  withSaving,
  withWaiting,
} from './flags.ts'
import { get, runs } from './get.ts'
import { addHelp, createRoot, hintAtHelp, type Run } from './root-command.ts'
import type { Shell } from './shell.ts'
import type { SimulateFlags } from './simulate.ts'
import { addStart } from './start-command.ts'
import { describeUnknownVendor, isVendorName, vendorNames } from './vendors.ts'
import { wait } from './wait.ts'

/**
 * Describes the command line.
 *
 * @param shell - what the commands run in
 * @param done - takes the exit code of the command that ran
 */
export function createProgram(shell: Shell, done: (exitCode: number) => void): Command {
  const program = createRoot(shell)
  const run: Run =
    (act) =>
    async (...args) => {
      const command = args.at(-1) as Command
      try {
        done(await act(...(args as never[])))
      } catch (error) {
        // What is wrong with the call is told as what is wrong with the command line.
        if (!isExportJobsError(error) || error.name !== 'ConfigurationError') throw error
        command.error(`error: ${describeError(error)}`)
      }
    }

  addStart(
    program
      .command('start')
      .summary('start an export and print its ref')
      .description('Start an export and print its ref, which the other commands take.'),
    shell,
    run,
  )

  for (const name of ['wait', 'watch'] as const) {
    const command = program.command(name)
    const [summary, description] = waiting[name]
    withExports(withKnown(withWaiting(command.summary(summary).description(description))))
      .usage('[options] <vendor> <ref>...')
      .argument('[refs...]', 'the exports; a vendor between them holds for those after it; - reads stdin')
      .action(
        run((first: string, refs: string[], flags: WaitFlags) =>
          wait(shell, readWords([first, ...refs], flags), flags, { watches: name === 'watch' }),
        ),
      )
  }

  withExports(withWaiting(withSaving(program.command('download'))))
    .summary('wait until an export is done and save its file')
    .description(
      'Wait until an export is done and save its file. The same command resumes after an interruption.',
    )
    .usage('[options] <vendor> <ref> <to>')
    .argument('[ref]', 'the export')
    .argument('[to]', "the file; a folder ending in / for the vendor's name of it; - for stdout")
    .action(
      run((...given: [string, string | undefined, string | undefined, DownloadFlags]) => {
        const words = readWords(given.slice(0, 3) as string[], given[3], ['vendor', 'ref', 'to'])
        return saveTo(shell, words.slice(0, -1), words.at(-1) as string, given[3])
      }),
    )

  withExports(program.command('get'))
    .summary('ask once and print the answer')
    .description('Ask the vendor once how an export is doing, and print the answer.')
    .usage('[options] <vendor> <ref>')
    .argument('[ref]', 'the export')
    .addOption(durationOption('--timeout', 'how long one request may take (default: 30s)'))
    .action(
      run((vendor: string, ref: string | undefined, flags: GetFlags) =>
        get(shell, readWords([vendor, ref], flags, ['vendor', 'ref']), flags),
      ),
    )

  withCommon(program.command('runs'))
    .summary('list the runs of a Didomi export')
    .description('List the runs of a recurring export of Didomi, which starts them itself.')
    .addArgument(new Argument('<vendor>', 'didomi').choices(['didomi']).argParser(String))
    .argument('<export>', 'the id of the export')
    .addOption(durationOption('--timeout', 'how long one request may take (default: 30s)'))
    .action(run((vendor: string, id: string, flags: GetFlags) => runs(shell, vendor, id, flags)))

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

  const shells = ['bash', 'zsh', 'fish']
  program
    .command('completion')
    .summary('print the completion script of a shell')
    .description('Print what lets a shell complete commands, options and vendors when you press Tab.')
    .addArgument(new Argument('<shell>', shells.join(', ')).choices(shells))
    .action(
      run(async (name: (typeof shells)[number]) => {
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
  addHelp(program, shell, run)
  hintAtHelp(program)
  return program
}

const waiting = {
  wait: [
    'wait until exports are done and print each',
    'Wait until exports are done, and print each when it is. Exports of several vendors are waited for at once. EXPORT_ID/next stands for the run that Didomi starts next.',
  ],
  watch: [
    'as wait; with --json every update is printed',
    'Wait as `wait` does. With --json, print every update on the way as an object, too: its `event` is started, update, job, saved or error.',
  ],
} as const

/**
 * The words of exports, without those that were left out.
 *
 * @param names - what they are, where there is one of each; with `--vendor` the first is left out
 * @throws ConfigurationError `invalid-option` for a first one that is no vendor, or for one that is missing.
 */
function readWords(
  given: readonly (string | undefined)[],
  { vendor: own }: CommonFlags,
  names: readonly string[] = [],
): string[] {
  const words = given.filter((word) => word !== undefined)
  const [first = ''] = words
  if (own === undefined && !isVendorName(first) && first !== '-')
    throw new ConfigurationError('invalid-option', describeUnknownVendor(first))
  const missing = names.slice(own === undefined ? 0 : 1)[words.length]
  if (missing) throw new ConfigurationError('invalid-option', `missing required argument '${missing}'`)
  return words
}

/** Gives a command the vendor and the options of those that look at exports. */
const withExports = (command: Command): Command =>
  withCommon(withOwnVendor(command)).addArgument(
    new Argument('<vendor>', 'whose export it is').choices(vendorNames).argParser(String),
  )

const withKnown = (command: Command): Command =>
  command.addOption(
    new Option('--known <id...>', 'of Didomi: runs that EXPORT_ID/next does not wait for').argParser(
      readList,
    ),
  )
