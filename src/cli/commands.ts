import type { Duration, ExportJob, WaitOptions } from '../index.ts'
import { describeError, jobToJson } from './describe.ts'
import { type ClientFlags, type ClientSettings, createClient } from './environment.ts'
import { exitCodeOfError, exitCodeOfJob, exitCodes, worst } from './exit-codes.ts'
import { createProgress } from './progress.ts'
import { formatResult, paintResult } from './row.ts'
import { Interruption, type Output, type Shell } from './shell.ts'
import { plain } from './text.ts'
import type { AnyClient, Target, VendorName } from './vendors.ts'
import { waitAll } from './wait-all.ts'

/** The options that all commands have. */
export interface CommonFlags extends ClientFlags {
  readonly json?: boolean | undefined
}

/** The options of a look. */
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

/** Looks once. @returns the exit code */
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
  // Results that go elsewhere leave the area as the only place where the user sees how each ended.
  const progress = createProgress(shell, !out.isTerminal)
  const codes: number[] = []
  try {
    await waitAll(shell, waits, waitOptions(flags), progress, (ending) => {
      if ('job' in ending) {
        codes.push(exitCodeOfJob(ending.job))
        const line = resultLine(shell, ending.job, ending.target, flags, targets)
        progress.aside(() => out.line(line), !out.isTerminal)
        return
      }
      const { vendor, text } = ending.target
      codes.push(exitCodeOfError(ending.error) ?? exitCodes.bug)
      progress.aside(() => err.line(`export-jobs: ${vendor} ${plain(text)}: ${describeError(ending.error)}`))
    })
  } catch (error) {
    if (!(error instanceof Interruption)) throw error
    progress.end()
    tellStop(err, `Stopped waiting. ${goesOn(targets)}`)
    return error.exitCode
  }
  progress.end()
  return worst(codes)
}

/** Says that the user has stopped a command, over the "^C" that the terminal has put there. */
export function tellStop(err: Output, text: string): void {
  err.line(`${err.isTerminal ? '\r' : ''}export-jobs: ${text}`)
}

function goesOn(targets: readonly Target[]): string {
  const [first] = targets
  return targets.length === 1 && first
    ? `The export goes on: export-jobs wait ${first.vendor} ${plain(first.text)}`
    : 'The exports go on: run the same command again to go on waiting.'
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

/** What the flags say of a wait. */
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
  const widest = (lengths: number[]) => Math.max(...lengths)
  const vendor = widest(targets.map((target) => target.vendor.length))
  const ref = widest(targets.map((target) => plain(target.text).length))
  return paintResult(job, text, out.colors, { vendor, ref })
}
