import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Duration, parseDuration } from '../duration.ts'
import type { WaitOptions } from '../index.ts'
import type { MemoryFlags } from './memory.ts'
import { type ProgressFlags, progressKinds } from './progress.ts'
import type { ResultFlags } from './results.ts'

/** The options of every command that asks a vendor. */
export interface CommonFlags extends ResultFlags, ProgressFlags {
  readonly baseUrl?: string | undefined
  readonly allowHttp?: boolean | undefined
  /** The module of a vendor of the user's own. */
  readonly vendor?: string | undefined
}

/** The options of `get`. */
export interface GetFlags extends CommonFlags {
  readonly timeout?: Duration | undefined
}

/** The options of a wait. */
export interface WaitFlags extends CommonFlags, MemoryFlags {
  readonly timeout?: Duration | undefined
  readonly minDelay?: Duration | undefined
  readonly maxDelay?: Duration | undefined
  readonly stallAfter?: Duration | undefined
  readonly tolerate?: Duration | undefined
  readonly notFoundGrace?: Duration | undefined
  /** Runs of Didomi that are no news. */
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

/** Gives a command the options that all have. */
export function withCommon(command: Command): Command {
  return command
    .option('--json', 'print JSON, one object a line')
    .option('--base-url <url>', "the API's URL, path prefix included; overrides <VENDOR>_BASE_URL")
    .option('--allow-http', 'send credentials over plain http, to other machines too')
    .option('--verbose', 'show each request on stderr')
    .option('--quiet', 'only errors on stderr')
}

/** Gives a command the option that takes a vendor of the user's own. */
export const withOwnVendor = (command: Command): Command =>
  command.option('--vendor <module>', 'a vendor of your own: a file that exports what defineVendor makes')

/** Gives a command the options of a wait. */
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

/** Gives a command the option of those that save a file. */
export const withSaving = (command: Command): Command =>
  command.option('--overwrite', 'replace an existing file')

/** An option that takes a duration. */
export function durationOption(flag: string, description: string): Option {
  return new Option(`${flag} <duration>`, description).argParser((text) =>
    readDuration(text as Duration, flag),
  )
}

function readDuration(text: Duration, flag: string): Duration {
  try {
    parseDuration(text, flag)
    return text
  } catch {
    throw new InvalidArgumentError('Give a number with ms, s, m, h or d, such as 30s.')
  }
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
