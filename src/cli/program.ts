import { readFileSync } from 'node:fs'
import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import type { Duration } from '../index.ts'
import { type GetFlags, get, type WaitFlags, wait } from './commands.ts'
import { type DownloadFlags, saveTo } from './download.ts'
import { helpOfProgram } from './help.ts'
import type { Shell } from './shell.ts'
import { type StartFlags, start } from './start.ts'
import { type StartableVendor, type StartOption, startOptions } from './start-options.ts'
import { plain } from './text.ts'
import { parseTarget, parseTargets, type VendorName, vendorNames } from './vendors.ts'

/**
 * Describes the command line.
 *
 * @param shell - what the commands run in
 * @param done - takes the exit code of the command that ran
 */
export function createProgram(shell: Shell, done: (exitCode: number) => void): Command {
  const program = new Command('export-jobs')
    .description('Start an export at a vendor, ask how it is doing, wait until it is done, save its file.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ helpWidth: 110, styleTitle: shell.out.colors.bold })
    .configureOutput({
      writeOut: (text) => shell.out.stream.write(text),
      writeErr: (text) => shell.err.stream.write(text),
      outputError: (text, write) => write(`${withoutValues(plain(text))}\n`),
    })
    .showHelpAfterError('Try: export-jobs --help')
    .addHelpText('after', helpOfProgram)

  withCommon(program.command('get').description('look once and print what is seen'))
    .addArgument(vendorArgument())
    .argument('<ref>', 'the export')
    .addOption(duration('--timeout', 'how long one request may take (default: 30s)'))
    .action(async (vendor: VendorName, ref: string, flags: GetFlags) =>
      done(await get(shell, parseTarget(vendor, ref), flags)),
    )

  withWaiting(withCommon(program.command('wait').description('wait until it is done and print it')))
    .addArgument(vendorArgument())
    .argument('<ref>', 'the export')
    .action(async (vendor: VendorName, ref: string, flags: WaitFlags) =>
      done(await wait(shell, [parseTarget(vendor, ref)], flags)),
    )

  withWaiting(
    withCommon(program.command('watch').description('wait for several at once, print each when it is done')),
  )
    .addArgument(vendorArgument())
    .usage('[options] <vendor> <ref>... [<vendor> <ref>...]...')
    .argument('<refs...>', 'the exports; the name of another vendor among them switches to it')
    .action(async (vendor: VendorName, words: string[], flags: WaitFlags, command: Command) => {
      const targets = parseTargets(vendor, words)
      if (flags.baseUrl !== undefined && new Set(targets.map((target) => target.vendor)).size > 1) {
        command.error(
          'error: --base-url can be of one vendor only: set the variables <VENDOR>_BASE_URL instead',
        )
      }
      done(await wait(shell, targets, flags))
    })

  withSaving(
    withWaiting(
      withCommon(program.command('download').description('wait until it is done and save its file')),
    ),
  )
    .addArgument(vendorArgument())
    .argument('<ref>', 'the export')
    .argument('<to>', 'the file; or a folder ending in "/", for the name that the vendor gives it')
    .action(async (vendor: VendorName, ref: string, to: string, flags: DownloadFlags, command: Command) => {
      if (vendor === 'didomi')
        command.error('error: Didomi delivers to a bucket: there is nothing to download')
      done(await saveTo(shell, parseTarget(vendor, ref), to, flags))
    })

  const starts = program.command('start').description('start an export and print its ref').helpCommand(false)
  for (const vendor of Object.keys(startOptions) as StartableVendor[]) addStart(starts, vendor, shell, done)
  starts
    .command('didomi')
    .description('not possible: Didomi starts its runs itself')
    .allowUnknownOption()
    .allowExcessArguments()
    .action((_: unknown, command: Command) =>
      command.error('error: Didomi starts its runs itself: take EXPORT_ID/RUN_ID from its list of runs'),
    )

  program
    .command('demo')
    .description('wait for four vendors at once, simulated on this machine')
    .action(async () => {
      const { demo } = await import('./demo.ts')
      done(await demo(shell))
    })
  return program
}

function addStart(
  starts: Command,
  vendor: StartableVendor,
  shell: Shell,
  done: (exitCode: number) => void,
): void {
  const command = starts.command(vendor).description(`start an export at ${vendor}`)
  const params = startOptions[vendor].map((param) => ({ ...param, option: startOption(param) }))
  for (const { option } of params) command.addOption(option)
  command
    .option('--wait', 'then wait until it is done')
    .option('--download <file>', 'then wait and save its file; run again, it goes on where it was stopped')
  withSaving(withWaiting(withCommon(command))).action(async (given: StartFlags & Record<string, unknown>) => {
    const set = params.map(({ param, option }) => [param, given[option.attributeName()]] as const)
    const entries = set.filter(([, value]) => value !== undefined)
    done(await start(shell, vendor, Object.fromEntries(entries), given))
  })
}

function startOption({ flags, description, kind, choices, required }: StartOption): Option {
  const option = new Option(flags, description)
  if (kind === 'number') option.argParser(readCount)
  if (choices) option.choices(choices)
  return option.makeOptionMandatory(required === true)
}

function withCommon(command: Command): Command {
  return command
    .option('--json', 'print JSON, one object a line')
    .option(
      '--base-url <url>',
      "where the vendor's API is, path prefix included; goes before <VENDOR>_BASE_URL",
    )
    .option('--allow-http', 'let credentials travel over plain http to other machines')
    .addHelpText('after', '\nCredentials, output and exit codes: export-jobs --help')
}

function withWaiting(command: Command): Command {
  return command
    .addOption(duration('--timeout', 'how long to wait in all (default: 1h)'))
    .addOption(duration('--min-delay', 'least time between two looks (default: 1s)'))
    .addOption(duration('--max-delay', 'most time between two looks (default: 5m)'))
    .addOption(duration('--stall-after', 'give up when nothing has changed for so long (default: never)'))
    .addOption(duration('--tolerate', 'how long looks may keep failing (default: 10m)'))
    .addOption(
      duration('--not-found-grace', 'how long "not found" is believed to be "not yet" (default: 30s)'),
    )
}

const withSaving = (command: Command): Command =>
  command.option('--overwrite', 'replace a file that is there')

// What follows the "=" of an unknown option may be a secret.
function withoutValues(text: string): string {
  return text.replace(/^error: /, 'export-jobs: ').replace(/'(--?[\w-]+)=[^']*'/, "'$1'")
}

const vendorArgument = () => new Argument('<vendor>', 'whose export it is').choices(vendorNames)

const duration = (flag: string, description: string) =>
  new Option(`${flag} <duration>`, description).argParser(readDuration)

function readDuration(text: string): Duration {
  if (/^\d+(?:\.\d+)?(?:ms|s|m|h|d)$/.test(text)) return text as Duration
  throw new InvalidArgumentError('Give a number with ms, s, m, h or d, such as 30s.')
}

function readCount(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Give a whole number.')
}

// As far below the package from src/cli as from dist/cli.
function readVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return (manifest as { version: string }).version
}
