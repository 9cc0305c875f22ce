import { type Command, InvalidArgumentError, Option } from 'commander'
import { ConfigurationError } from '../index.ts'
import { readCount, withCommon, withOwnVendor, withSaving, withWaiting } from './flags.ts'
import type { Run } from './root-command.ts'
import type { Shell } from './shell.ts'
import { type StartFlags, start } from './start.ts'
import { type StartableVendor, type StartOption, startOptions } from './start-options.ts'
import { describeUnknownVendor } from './vendors.ts'

/** Adds a command for each vendor to `start`. */
export function addStart(starts: Command, shell: Shell, run: Run): void {
  withStarting(withOwnVendor(starts))
    .usage('[options] <vendor>')
    .helpCommand(false)
    .argument('[vendor]', 'whose export it is')
    // A vendor that is misspelled is told before its options, which are none of `start`.
    .allowUnknownOption()
    .allowExcessArguments()
    .option('--param <key=value>', 'with --vendor: what its start takes; may be repeated', readParam)
    .action(
      run((_: unknown, flags: StartFlags & { param?: Params }, command: Command) => {
        const [word] = command.args
        if (word?.startsWith('-')) return command.error(`error: unknown option '${word}'`)
        if (word !== undefined) throw new ConfigurationError('invalid-option', describeUnknownVendor(word))
        if (flags.vendor !== undefined) return start(shell, undefined, flags.param ?? {}, flags)
        throw new ConfigurationError('invalid-option', "missing required argument 'vendor'")
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
  const params = startOptions[vendor].map((param) => ({ ...param, option: startOption(param) }))
  for (const { option } of params) command.addOption(option)
  withStarting(command).action(
    run((given: StartFlags & Record<string, unknown>) => {
      const set = params.map(({ param, option }) => [param, given[option.attributeName()]] as const)
      const entries = set.filter(([, value]) => value !== undefined)
      return start(shell, vendor, Object.fromEntries(entries), given)
    }),
  )
}

function withStarting(command: Command): Command {
  command
    .option('--wait', 'then wait until it is done')
    .option('--download <file>', 'then wait and save its file; run the same command again to resume')
  return withCommon(withWaiting(withSaving(command)))
}

function startOption({ flags, description, kind, choices, required }: StartOption): Option {
  const option = new Option(flags, description)
  if (kind === 'number') option.argParser(readCount)
  if (choices) option.choices(choices)
  return option.makeOptionMandatory(required === true)
}

type Params = Readonly<Record<string, string | readonly string[]>>

// Given twice, it is a list.
function readParam(text: string, params: Params = {}): Params {
  const [, key, value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  if (key === undefined) throw new InvalidArgumentError('Give it as key=value.')
  const before = params[key]
  return { ...params, [key]: before === undefined ? value : [before, value].flat() }
}
