import { readFileSync } from 'node:fs'
import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import { type Duration, parseDuration } from '../duration.ts'
import { type GetFlags, get, type WaitFlags, wait } from './commands.ts'
import { type DownloadFlags, saveTo } from './download.ts'
import { helpOfProgram } from './help.ts'
import type { Shell } from './shell.ts'
import { type StartFlags, start } from './start.ts'
import { type StartableVendor, type StartOption, startOptions } from './start-options.ts'
import { describeUsageError } from './usage-error.ts'
import { parseTarget, parseTargets, type VendorName, vendorNames } from './vendors.ts'

/**
 * Describes the command line.
 *
 * @param shell - what the commands run in
 * @param done - takes the exit code of the command that ran
 */
export function createProgram(shell: Shell, done: (exitCode: number) => void): Command {
  const program = new Command('export-jobs')
    .description('Start an export at a vendor, check its status, wait until it is done, save its file.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({
      helpWidth: Math.min(110, shell.out.stream.columns ?? 110),
      styleTitle: shell.out.colors.bold,
    })
    .configureOutput({
      writeOut: (text) => shell.out.write(text),
      writeErr: (text) => shell.err.write(text),
      outputError: (text, write) => write(`export-jobs: ${describeUsageError(text)}\n`),
    })
    .showHelpAfterError('Try: export-jobs --help')
    .addHelpText('after', helpOfProgram)
    // The demo asks nobody but this machine.
    .hook('preAction', (_, command) => {
      if (command.name() !== 'demo') shell.proxy?.use()
    })

  withCommon(program.command('get').description('ask once and print the answer'))
    .addArgument(vendorArgument())
    .argument('<ref>', 'the export')
    .addOption(duration('--timeout', 'how long one request may take (default: 30s)'))
    .action(async (vendor: VendorName, ref: string, flags: GetFlags) =>
      done(await get(shell, parseTarget(vendor, ref), flags)),
    )

  withWaiting(withCommon(program.command('wait').description('wait until an export is done and print it')))
    .addArgument(vendorArgument())
    .argument('<ref>', 'the export')
    .action(async (vendor: VendorName, ref: string, flags: WaitFlags) =>
      done(await wait(shell, [parseTarget(vendor, ref)], flags)),
    )

  withWaiting(
    withCommon(
      program.command('watch').description('wait for several exports at once, print each when it is done'),
    ),
  )
    .addArgument(vendorArgument())
    .usage('[options] <vendor> <ref>... [<vendor> <ref>...]...')
    .argument('<refs...>', 'the exports; a vendor name applies to the refs after it')
    .action(async (vendor: VendorName, words: string[], flags: WaitFlags, command: Command) => {
      const targets = parseTargets(vendor, words)
      if (flags.baseUrl !== undefined && new Set(targets.map((target) => target.vendor)).size > 1) {
        command.error('error: --base-url is for one vendor only: set <VENDOR>_BASE_URL instead')
      }
      done(await wait(shell, targets, flags))
    })

  withSaving(
    withWaiting(
      withCommon(program.command('download').description('wait until an export is done and save its file')),
    ),
  )
    .addArgument(vendorArgument())
    .argument('<ref>', 'the export')
    .argument('<to>', 'the file; or a folder ending in "/", to use the name from the vendor')
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
    .option(
      '--download <file>',
      'then wait and save its file; the same command resumes after an interruption',
    )
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
    .option('--base-url <url>', "URL of the vendor's API, path prefix included; overrides <VENDOR>_BASE_URL")
    .option('--allow-http', 'allow credentials over plain http to other machines')
    .addHelpText('after', '\nCredentials, output and exit codes: export-jobs --help')
}

function withWaiting(command: Command): Command {
  return command
    .addOption(duration('--timeout', 'how long to wait in all (default: 1h)'))
    .addOption(duration('--min-delay', 'shortest time between two polls (default: 1s)'))
    .addOption(duration('--max-delay', 'longest time between two polls (default: 5m)'))
    .addOption(duration('--stall-after', 'stop when nothing has changed for this long (default: never)'))
    .addOption(duration('--tolerate', 'how long to retry temporary errors (default: 10m)'))
    .addOption(duration('--not-found-grace', 'how long to keep polling on "not found" (default: 30s)'))
}

const withSaving = (command: Command): Command => command.option('--overwrite', 'replace an existing file')

const vendorArgument = () => new Argument('<vendor>', 'whose export it is').choices(vendorNames)

const duration = (flag: string, description: string) =>
  new Option(`${flag} <duration>`, description).argParser((text) => readDuration(text as Duration, flag))

function readDuration(text: Duration, flag: string): Duration {
  try {
    parseDuration(text, flag)
    return text
  } catch {
    throw new InvalidArgumentError('Give a number with ms, s, m, h or d, such as 30s.')
  }
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
