import { type Duration, type ExportJob, isExportJobsError, type WaitOptions } from '../index.ts'
import { describeError, jobToJson, toJsonLine } from './describe.ts'
import { type ClientFlags, type ClientSettings, createClient } from './environment.ts'
import { exitCodeOfError, exitCodeOfJob, exitCodes, mostSevere } from './exit-codes.ts'
import { createProgress } from './progress.ts'
import { formatResult, paintResult } from './row.ts'
import { Interruption, type Output, type Shell } from './shell.ts'
import { sanitizeForTerminal } from './text.ts'
import type { AnyClient, Target, VendorName } from './vendors.ts'
import { waitAll } from './wait-all.ts'
import { widthOf } from './width.ts'

/** The options that all commands have. */
export interface CommonFlags extends ClientFlags {
  readonly json?: boolean | undefined
}

/** The options of `get`. */
export interface GetFlags extends CommonFlags {
  readonly timeout?: Duration | undefined
}

/** The options of a wait. */
export interface WaitFlags extends CommonFlags {
  readonly timeout?: Duration | undefined
  readonly minDelay?: Duration | undefined
  readonly maxDelay?: Duration | undefined
  readonly stallAfter?: Duration | undefined
  readonly tolerate?: Duration | undefined
  readonly notFoundGrace?: Duration | undefined
}

/** Asks once. @returns the exit code */
export async function get(shell: Shell, target: Target, flags: GetFlags): Promise<number> {
  const client: AnyClient = clientOf(shell, target.vendor, flags)
  const job = await client.get(target.ref, { signal: shell.signal, timeout: flags.timeout })
  shell.out.line(resultLine(shell, job, target, flags, [target]))
  return exitCodeOfJob(job)
}

/** Waits for exports, all at once, and prints each as it ends. @returns the exit code */
export async function wait(shell: Shell, targets: readonly Target[], flags: WaitFlags): Promise<number> {
  const { out, err } = shell
  const clients = new Map<VendorName, AnyClient>()
  for (const { vendor } of targets) {
    if (!clients.has(vendor)) clients.set(vendor, clientOf(shell, vendor, flags))
  }
  const waits = targets.map((target) => ({ target, client: clients.get(target.vendor) as AnyClient }))
  // Where results go elsewhere, the area alone shows the user how each ended.
  const progress = createProgress(shell, !out.isTerminal)
  const codes: number[] = []
  try {
    await waitAll(shell, waits, waitOptions(flags), progress, (ending) => {
      if ('job' in ending) {
        codes.push(exitCodeOfJob(ending.job))
        const line = resultLine(shell, ending.job, ending.target, flags, targets)
        progress.printAbove(() => out.line(line), !out.isTerminal)
        return
      }
      codes.push(exitCodeOfError(ending.error) ?? exitCodes.bug)
      progress.printAbove(() => err.line(`export-jobs: ${describeEnd(ending.target, ending.error)}`))
    })
  } catch (error) {
    if (!(error instanceof Interruption)) throw error
    progress.end()
    tellStop(err, `Stopped waiting. ${howToResume(targets)}`)
    return error.exitCode
  }
  progress.end()
  return mostSevere(codes)
}

// A WaitError names its export itself.
function describeEnd({ vendor, text }: Target, error: unknown): string {
  const description = describeError(error)
  return isExportJobsError(error) && error.name === 'WaitError'
    ? description
    : `${vendor} ${sanitizeForTerminal(text)}: ${description}`
}

/** Says that a command was stopped, over the "^C" that the terminal has put there. */
export function tellStop(err: Output, text: string): void {
  err.line(`${err.isTerminal ? '\r' : ''}export-jobs: ${text}`)
}

function howToResume(targets: readonly Target[]): string {
  const [first] = targets
  return targets.length === 1 && first
    ? `The export itself continues. Resume with: export-jobs wait ${first.vendor} ${sanitizeForTerminal(first.text)}`
    : 'The exports themselves continue. Run the same command again to resume.'
}

/** The client of a vendor, from the environment and the command line. */
export function clientOf<Vendor extends VendorName>(
  { environment }: Pick<Shell, 'environment'>,
  vendor: Vendor,
  { baseUrl, allowHttp, onRequest }: ClientSettings,
): ReturnType<(typeof createClient)[Vendor]> {
  return createClient[vendor](environment, { baseUrl, allowHttp, onRequest }) as ReturnType<
    (typeof createClient)[Vendor]
  >
}

/** The wait options that the flags set. */
export function waitOptions(flags: WaitFlags): WaitOptions {
  const { timeout, minDelay, maxDelay, stallAfter, tolerate, notFoundGrace } = flags
  return { timeout, schedule: { minDelay, maxDelay }, stallAfter, tolerate, notFoundGrace }
}

function resultLine(
  { out }: Shell,
  job: ExportJob,
  { text }: Target,
  { json }: CommonFlags,
  targets: readonly Target[],
): string {
  if (json) return jobToJson(job)
  if (!out.isTerminal) return formatResult(job, text)
  const vendor = Math.max(...targets.map((target) => widthOf(target.vendor)))
  const ref = Math.max(...targets.map((target) => widthOf(sanitizeForTerminal(target.text))))
  return paintResult(job, text, out.colors, { vendor, ref, columns: out.stream.columns })
}

/** Prints the ref of a started export: on stderr where stdout fails, as it must never be lost. */
export function printStarted(
  { out, err }: Shell,
  vendor: VendorName,
  ref: string,
  { json }: CommonFlags,
): void {
  const text = sanitizeForTerminal(ref)
  out.line(json ? toJsonLine({ vendor, ref }) : text, () =>
    err.line(`export-jobs: Started the ${vendor} export ${text}`),
  )
}
