import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ExportJob } from '../index.ts'
import { type DownloadToFileOptions, type ExportingClient, exportToFile } from '../node/index.ts'
import { openClients } from './clients.ts'
import { save } from './download.ts'
import { exitCodes } from './exit-codes.ts'
import {
  type DownloadFlags,
  type Run,
  readCount,
  withCommon,
  withOwnVendor,
  withSaving,
  withWaiting,
} from './flags.ts'
import { createProgress } from './progress.ts'
import { printStarted } from './results.ts'
import type { Progress } from './row.ts'
import { Interruption, type Shell, tellStop } from './shell.ts'
import { flagOf, type StartableVendor, type StartOption, startOptions } from './start-options.ts'
import { usageError } from './usage.ts'
import { describeUnknownVendor, formatRef } from './vendors.ts'
import { wait } from './wait.ts'

/** The options of `start`, without those of the vendor. */
interface StartFlags extends DownloadFlags {
  readonly wait?: boolean | undefined
  /** The file to save the export to. */
  readonly download?: string | undefined
}

type Params = Readonly<Record<string, unknown>>
type StartingClient = ExportingClient<Params, unknown, ExportJob>

/** Adds `start`, with a command for each vendor. */
export function addStart(program: Command, shell: Shell, run: Run): void {
  const starts = withStarting(withOwnVendor(program.command('start')))
    .summary('start an export and print its ref')
    .description('Start an export and print its ref, which the other commands take.')
    .usage('[options] <vendor>')
    .helpCommand(false)
    .argument('[vendor]', 'the vendor: tyk, anaconda, loyaltydog or didomi')
    // A misspelled vendor is reported before its options, which `start` itself does not have.
    .allowUnknownOption()
    .allowExcessArguments()
    .option('--param <key=value>', 'with --vendor: what its start takes; may be repeated', readParam)
    .action(
      run((_: unknown, flags: StartFlags & { param?: Params }, command: Command) => {
        const [word] = command.args
        if (word?.startsWith('-')) return command.error(`error: unknown option '${word}'`)
        if (word !== undefined) throw usageError(describeUnknownVendor(word))
        if (flags.vendor === undefined) throw usageError("missing required argument 'vendor'")
        return start(shell, undefined, flags.param ?? {}, flags)
      }),
    )
  for (const vendor of Object.keys(startOptions) as StartableVendor[]) addVendor(starts, vendor, shell, run)
  starts
    .command('didomi')
    .description('Not possible: Didomi starts its runs itself.')
    .summary('not possible: Didomi starts its runs itself')
    .allowUnknownOption()
    .allowExcessArguments()
    .action((_: unknown, command: Command) =>
      command.error(
        'error: Didomi starts its runs itself. List them with: export-jobs runs didomi EXPORT_ID',
      ),
    )
}

function addVendor(starts: Command, vendor: StartableVendor, shell: Shell, run: Run): void {
  const command = starts
    .command(vendor)
    .description(`Start an export at ${vendor}.`)
    .summary(`start an export at ${vendor}`)
  const options = Object.entries<StartOption>(startOptions[vendor]).map(([param, given]) => {
    const option = new Option(`${flagOf(param)} ${given.value}`, given.description)
    if (given.isCount) option.argParser(readCount)
    if (given.choices) option.choices(given.choices)
    command.addOption(option.makeOptionMandatory(given.required === true))
    return { param, option }
  })
  withStarting(command).action(
    run((_: unknown, command: Command) => {
      // An option may also stand before the vendor's name.
      const flags: StartFlags & Record<string, unknown> = command.optsWithGlobals()
      if (flags.vendor !== undefined) throw usageError(`--vendor replaces the word ${vendor}.`)
      const params = options.map(({ param, option }) => [param, flags[option.attributeName()]] as const)
      const given = Object.fromEntries(params.filter(([, value]) => value !== undefined))
      return start(shell, vendor, given, flags)
    }),
  )
}

function withStarting(command: Command): Command {
  command
    .option('--wait', 'then wait until it is done')
    .option('--download <file>', 'then wait and save its file; run the same command again to resume')
  return withCommon(withWaiting(withSaving(command)))
}

// The value of a key that is given twice is a list.
function readParam(text: string, params: Params = {}): Params {
  const [, key, value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  if (key === undefined) throw new InvalidArgumentError('Give it as key=value.')
  const before = params[key]
  return { ...params, [key]: before === undefined ? value : [before, value].flat() }
}

/**
 * Starts an export, prints its ref, and waits for it or saves its file when asked to.
 *
 * @param named - the vendor, unless `--vendor` names it
 * @returns the exit code
 */
async function start(
  shell: Shell,
  named: StartableVendor | undefined,
  params: Params,
  flags: StartFlags,
): Promise<number> {
  const progress = createProgress(shell, flags, true)
  const clients = await openClients(shell, flags, progress)
  const vendor = named ?? clients.own ?? ''
  // The client checks the parameters.
  const client = clients.of(vendor) as unknown as StartingClient
  if (client.start === undefined) throw usageError(`The vendor ${vendor} starts no exports.`)
  if (flags.download === '-')
    throw usageError(
      '--download takes a file. For stdout, start with --wait, then download the ref that is printed.',
    )
  const startedAt = performance.now()
  let ref: unknown
  try {
    if (flags.download !== undefined)
      return await startAndSave(shell, client, params, flags.download, flags, progress)
    ref = await client.start(params, { signal: shell.signal })
  } catch (error) {
    if (!(error instanceof Interruption)) throw error
    tellStop(shell, 'Interrupted. Whether the export was started is not known.')
    return error.exitCode
  }
  const text = formatRef(ref)
  printStarted(shell, { vendor, text }, flags)
  if (!flags.wait) return exitCodes.done
  return wait(shell, clients.own === undefined ? [vendor, text] : [text], flags, { startedAt })
}

function startAndSave(
  shell: Shell,
  client: StartingClient,
  params: Params,
  to: string,
  flags: StartFlags,
  progress: Progress,
): Promise<number> {
  let text: string | undefined
  const print = (ref: unknown) => {
    const isNew = text === undefined
    text = formatRef(ref)
    if (isNew) printStarted(shell, { vendor: client.vendor, text }, flags)
    return ref
  }
  const printing: StartingClient = {
    ...client,
    start: async (...request) => print(await client.start(...request)),
    // The first to be called with a ref when an earlier run has started the export.
    get: async (ref, options) => client.get(print(ref), options),
  }
  const saving = {
    vendor: client.vendor,
    to,
    text: () => text,
    run: (options: DownloadToFileOptions) => exportToFile(printing, params, options),
  }
  return save(shell, saving, flags, progress)
}
