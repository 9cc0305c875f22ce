import { type Command, InvalidArgumentError, Option } from 'commander'
import { ConfigurationError } from '../index.ts'
import type { createClient } from './clients.ts'
import { readCount, withCommon, withOwnVendor, withSaving, withWaiting } from './flags.ts'
import type { Run } from './root-command.ts'
import type { Shell } from './shell.ts'
import { type StartFlags, start } from './start.ts'
import { describeUnknownVendor, type VendorName } from './vendors.ts'

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
    run((_: unknown, command: Command) => {
      // An option may stand before the vendor's name, too.
      const given: StartFlags & Record<string, unknown> = command.optsWithGlobals()
      if (given.vendor !== undefined)
        throw new ConfigurationError('invalid-option', `--vendor takes the place of the word ${vendor}.`)
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

/** The vendors that start exports on request. */
export type StartableVendor = Exclude<VendorName, 'didomi'>

/** What a vendor's `start` takes. */
export type StartParams<Vendor extends StartableVendor> = NonNullable<
  Parameters<ReturnType<(typeof createClient)[Vendor]>['start']>[0]
>

/** One parameter of a start, as an option of the command line. */
export interface StartOption<Param extends string = string> {
  /** The vendor's own name for it. */
  readonly param: Param
  readonly flags: string
  readonly description: string
  readonly kind?: 'number' | 'list'
  readonly choices?: readonly string[]
  readonly required?: true
}

type StartOptions = {
  readonly [Vendor in StartableVendor]: readonly StartOption<Extract<keyof StartParams<Vendor>, string>>[]
}

/** what each vendor takes. */
export const startOptions: StartOptions = {
  tyk: [
    {
      param: 'source_type',
      flags: '--source-type <type>',
      description: 'kind of the log',
      choices: ['app', 'llm', 'user'],
      required: true,
    },
    {
      param: 'source_id',
      flags: '--source-id <id>',
      description: 'its id, a number',
      kind: 'number',
      required: true,
    },
    {
      param: 'start_date',
      flags: '--start-date <day>',
      description: 'first day, YYYY-MM-DD, UTC',
      required: true,
    },
    {
      param: 'end_date',
      flags: '--end-date <day>',
      description: 'last day, YYYY-MM-DD, UTC',
      required: true,
    },
    { param: 'search', flags: '--search <text>', description: 'only entries that contain it' },
  ],
  anaconda: [
    {
      param: 'from_date',
      flags: '--from-date <time>',
      description: 'first instant, such as 2026-01-31T00:00:00Z',
    },
    { param: 'to_date', flags: '--to-date <time>', description: 'last instant, inclusive' },
    {
      param: 'q',
      flags: '--q <filter...>',
      description: 'a filter, written column:value,value; may be repeated',
      kind: 'list',
    },
    {
      param: 'search_operator',
      flags: '--search-operator <operator>',
      description: 'match any filter, or all',
      choices: ['or', 'and'],
    },
  ],
  loyaltydog: [
    {
      param: 'format',
      flags: '--format <format>',
      description: 'of the file (default: csv)',
      choices: ['csv', 'json'],
    },
    { param: 'merchantId', flags: '--merchant-id <id>', description: 'only this merchant' },
    { param: 'merchantName', flags: '--merchant-name <name>', description: 'only this merchant, by name' },
    { param: 'subjectId', flags: '--subject-id <id>', description: 'only actions on it' },
    {
      param: 'subjectName',
      flags: '--subject-name <name>',
      description: 'only actions on it, by name',
    },
    { param: 'actorId', flags: '--actor-id <id>', description: 'only actions by them' },
    { param: 'actorName', flags: '--actor-name <name>', description: 'only actions by them, by name' },
    { param: 'actions', flags: '--actions <action...>', description: 'only these actions', kind: 'list' },
    {
      param: 'resourceTypes',
      flags: '--resource-types <type...>',
      description: 'only these types',
      kind: 'list',
    },
    { param: 'fromDate', flags: '--from-date <date>', description: 'first date' },
    { param: 'toDate', flags: '--to-date <date>', description: 'last date' },
  ],
}
