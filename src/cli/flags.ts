import { Argument, type Command, InvalidArgumentError, Option } from 'commander'
import { type Duration, parseDuration } from '../duration.ts'
import type { WaitOptions } from '../index.ts'
import { type ProgressFlags, progressKinds } from './progress.ts'
import type { MemoryFlags } from './remember.ts'
import type { ResultFlags } from './results.ts'
import { usageError } from './usage.ts'
import { describeUnknownVendor, isVendorName, vendorNames } from './vendors.ts'

/** Wraps the action of a command: passes on its exit code, and prints a ConfigurationError as a usage error. */
export type Run = (act: (...args: never[]) => Promise<number>) => (...args: unknown[]) => Promise<void>

/** The options of every command that polls a vendor. */
export interface CommonFlags extends ResultFlags, ProgressFlags {
  readonly baseUrl?: string | undefined
  readonly allowHttp?: boolean | undefined
  /** The module of a vendor of the user's own. */
  readonly vendor?: string | undefined
}

/** The options of `get` and `runs`. */
export interface GetFlags extends CommonFlags {
  readonly timeout?: Duration | undefined
}

/** The options of a wait. */
export interface WaitFlags extends GetFlags, MemoryFlags {
  readonly minDelay?: Duration | undefined
  readonly maxDelay?: Duration | undefined
  readonly stallAfter?: Duration | undefined
  readonly tolerate?: Duration | undefined
  readonly notFoundGrace?: Duration | undefined
  /** Ids of Didomi runs that `EXPORT_ID/next` skips. */
  readonly known?: readonly string[] | undefined
}

/** The options of a download. */
export interface DownloadFlags extends WaitFlags {
  readonly overwrite?: boolean | undefined
}

/**
 * The wait options that the flags set.
 *
 * @param expected - how long the export is expected to take
 */
export function waitOptions(
  flags: WaitFlags,
  expected?: Duration | readonly Duration[] | undefined,
): WaitOptions {
  const { timeout, minDelay, maxDelay, stallAfter, tolerate, notFoundGrace } = flags
  return { timeout, schedule: { minDelay, maxDelay, expected }, stallAfter, tolerate, notFoundGrace }
}

/** Adds the options of every command that polls a vendor. */
export function withCommon(command: Command): Command {
  return command
    .option('--json', 'print JSON, one object a line')
    .option('--base-url <url>', "the API's URL, path prefix included; overrides <VENDOR>_BASE_URL")
    .option('--allow-http', 'send credentials over plain http, to other machines too')
    .option('--verbose', 'show each request on stderr')
    .option('--quiet', 'only errors on stderr')
}

/** Adds the option for a vendor of the user's own. */
export const withOwnVendor = (command: Command): Command =>
  command.option('--vendor <module>', 'a vendor of your own: a file that exports what defineVendor makes')

/** Adds the vendor argument and the options of the commands that take refs. */
export const withExports = (command: Command): Command =>
  withCommon(withOwnVendor(command)).addArgument(
    // `choices` are for the completion: `readWords` checks the word, as with --vendor it is a ref.
    new Argument('<vendor>', 'the vendor: tyk, anaconda, loyaltydog or didomi')
      .choices(vendorNames)
      .argParser(String),
  )

/** Adds the time limit of one request. */
export const withTimeout = (command: Command): Command =>
  command.addOption(durationOption('--timeout', 'how long one request may take (default: 30s)'))

/** Adds the options of a wait. */
export function withWaiting(command: Command): Command {
  return command
    .addOption(durationOption('--timeout', 'how long to wait in all (default: 1h)'))
    .addOption(
      new Option('--progress <kind>', 'what stderr shows of a wait (default: auto)').choices(progressKinds),
    )
    .addOption(durationOption('--min-delay', 'shortest time between two polls (default: 1s)'))
    .addOption(durationOption('--max-delay', 'longest time between two polls (default: 5m)'))
    .addOption(durationOption('--expect', 'how long the export should take: polls around then'))
    .option('--remember <file>', 'learn from earlier exports: keep there how long they took')
    .addOption(durationOption('--stall-after', 'stop when nothing changes for so long (default: never)'))
    .addOption(durationOption('--tolerate', 'how long to retry temporary errors (default: 10m)'))
    .addOption(durationOption('--not-found-grace', 'how long to poll on "not found" (default: 30s)'))
}

/** Adds the option of the commands that save a file. */
export const withSaving = (command: Command): Command =>
  command.option('--overwrite', 'replace an existing file')

/** An option that takes a duration. */
export function durationOption(flag: string, description: string): Option {
  return new Option(`${flag} <duration>`, description).argParser((text) => {
    try {
      parseDuration(text as Duration, flag)
      return text
    } catch {
      throw new InvalidArgumentError('Give a number with ms, s, m, h or d, such as 30s.')
    }
  })
}

/** Reads a whole number. */
export function readCount(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Give a whole number.')
}

/** Reads a list: its items are separated by commas, or given one by one. */
export function readList(text: string, before: readonly string[] = []): string[] {
  return [...before, ...text.split(',').filter(Boolean)]
}

/**
 * Checks the words of a command that takes one export.
 *
 * @param own - the name of the vendor of `--vendor`, which replaces the first word
 * @param names - what the words after the vendor are called
 * @returns the vendor, and the other words
 * @throws ConfigurationError `invalid-option` for an unknown vendor, and for a word too few or too many.
 */
export function readWords<const Names extends readonly string[]>(
  given: readonly (string | undefined)[],
  own: string | undefined,
  names: Names,
): [vendor: string, ...words: { [Key in keyof Names]: string }] {
  const words = given.filter((word) => word !== undefined)
  const vendor = own ?? words.shift() ?? ''
  if (own === undefined && !isVendorName(vendor)) throw usageError(describeUnknownVendor(vendor))
  const missing = names[words.length]
  if (missing) throw usageError(`missing required argument '${missing}'`)
  if (words.length > names.length) throw usageError('too many arguments: --vendor replaces <vendor>')
  return [vendor, ...(words as { [Key in keyof Names]: string })]
}
