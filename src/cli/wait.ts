import { type Command, Option } from 'commander'
import { parseDuration } from '../duration.ts'
import { type ExportJob, type Update, type WaitOptions, watch } from '../index.ts'
import type { DidomiClient } from '../vendors/didomi.ts'
import { openClients } from './clients.ts'
import { exitCodeOfError, exitCodeOfJob, exitCodes, mostSevere } from './exit-codes.ts'
import { type Run, readList, type WaitFlags, waitOptions, withExports, withWaiting } from './flags.ts'
import { createProgress, tellHint } from './progress.ts'
import { openMemory } from './remember.ts'
import { errorLine, jobLine, startedLine, updateLine } from './results.ts'
import { describeEnd, howToResume } from './resume.ts'
import type { Progress } from './row.ts'
import { Interruption, type Shell, tellStop } from './shell.ts'
import { usageError } from './usage.ts'
import {
  type AnyClient,
  exportOfNextRun,
  formatRef,
  parseTargets,
  readStdin,
  type Target,
} from './vendors.ts'

const commands = {
  wait: [
    'wait until exports are done and print each',
    'Wait until exports are done, and print each when it is. Exports of several vendors are waited for at once. EXPORT_ID/next stands for the run that Didomi starts next.',
  ],
  watch: [
    'like wait; with --json, print every update',
    'Wait like `wait`. With --json, also print every update as an object: its `event` is started, update, job, saved or error.',
  ],
} as const

/** Adds `wait` and `watch`. */
export function addWait(program: Command, shell: Shell, run: Run): void {
  for (const name of ['wait', 'watch'] as const) {
    const [summary, description] = commands[name]
    const known = new Option('--known <id...>', 'of Didomi: runs that EXPORT_ID/next does not wait for')
    withExports(withWaiting(program.command(name)).addOption(known.argParser(readList)))
      .summary(summary)
      .description(description)
      .usage('[options] <vendor> <ref>...')
      .argument('[refs...]', 'the exports; a vendor between them holds for those after it; - reads stdin')
      .action(
        run((first: string, refs: string[], flags: WaitFlags) =>
          wait(shell, [first, ...refs], flags, { watches: name === 'watch' }),
        ),
      )
  }
}

/**
 * Waits for exports, all at once, and prints each as it ends.
 *
 * @param words - vendors, each followed by its refs; `-` stands for the lines of stdin
 * @param mode - `watches`: with `--json`, every update is printed too; `startedAt`: when all of them were started, by
 * `performance.now()`
 * @returns the exit code
 */
export async function wait(
  shell: Shell,
  words: readonly string[],
  flags: WaitFlags,
  { watches = false, startedAt }: { watches?: boolean; startedAt?: number } = {},
): Promise<number> {
  const { out, err } = shell
  // On a terminal each result replaces its line. Where results go elsewhere, the line stays.
  const progress = createProgress(shell, flags, !out.isTerminal)
  const clients = await openClients(shell, flags, progress)
  const targets = parseTargets(await readStdin(words, shell), clients.own)
  checkBaseUrl(targets, flags)
  const memory = openMemory(flags, err)
  const print = (line: string) => progress.printAbove(() => out.line(line), !out.isTerminal)
  const printsUpdates = watches && flags.json
  let single = targets.length === 1 && !words.includes('-') ? targets[0] : undefined
  const listener: WaitListener = {
    onFound(target) {
      if (single) single = target
      if (printsUpdates) print(startedLine(target))
    },
    onUpdate: (target, update) => printsUpdates && print(updateLine(target, update)),
  }
  const waitAndPrint = async (waiting: Waiting): Promise<number> => {
    const { target, ...end } = await waitFor(shell, waiting, progress, listener)
    if ('job' in end) {
      memory.add(target, end.job, startedAt && performance.now() - startedAt)
      print(jobLine(shell, end.job, target, flags, targets, 'job'))
      return exitCodeOfJob(end.job)
    }
    if (flags.json) print(errorLine(target, end.error))
    progress.printAbove(() => err.line(`export-jobs: ${describeEnd(target, end.error)}`))
    return exitCodeOfError(end.error) ?? exitCodes.bug
  }
  const waits = targets.map((target): Waiting => {
    const options = { ...waitOptions(flags, memory.expected(target)), known: flags.known }
    return { target, client: clients.of(target.vendor), options }
  })
  try {
    const codes = await Promise.all(waits.map(waitAndPrint))
    progress.end()
    return mostSevere(codes)
  } catch (error) {
    progress.end()
    if (!(error instanceof Interruption)) throw error
    tellStop(shell, `Stopped waiting. ${howToResume(single, flags.known)}`)
    return error.exitCode
  }
}

/** An export to wait for. */
export interface Waiting {
  readonly target: Target
  readonly client: AnyClient
  /** `known`: ids of Didomi runs that `EXPORT_ID/next` skips. */
  readonly options: WaitOptions & { readonly known?: readonly string[] | undefined }
}

/** How a wait ended. */
export type Ending =
  | { readonly target: Target; readonly job: ExportJob }
  | { readonly target: Target; readonly error: unknown }

interface WaitListener {
  /** Called when Didomi's next run has appeared. */
  onFound?(target: Target): void
  /** Called after each poll but the last. */
  onUpdate?(target: Target, update: Update): void
}

/**
 * Waits for one export and shows the progress.
 *
 * @returns how the wait ended
 * @throws the signal's reason when it is aborted.
 */
export async function waitFor(
  shell: Pick<Shell, 'signal' | 'err' | 'proxy'>,
  waiting: Waiting,
  progress: Progress,
  { onFound, onUpdate }: WaitListener = {},
): Promise<Ending> {
  const { signal } = shell
  const line = progress.add(waiting.target.vendor, waiting.target.text)
  const { client } = waiting
  let { target } = waiting
  let job: ExportJob | undefined
  try {
    const { known, ...options } = { ...waiting.options, signal }
    let { timeout } = options
    const exportId = exportOfNextRun(target)
    if (exportId !== undefined) {
      const startedAt = performance.now()
      const ref = await (client as unknown as DidomiClient).nextRun(exportId, { ...options, known })
      target = { ...target, text: formatRef(ref), ref }
      line.rename(target.text)
      onFound?.(target)
      // `--timeout` covers both the wait for the run to appear and the wait for its completion.
      timeout = Math.max(0, parseDuration(timeout ?? '1h', '--timeout') - (performance.now() - startedAt))
    }
    for await (const update of watch(client, target.ref, { ...options, timeout })) {
      line.update(update)
      if (update.type === 'job') job = update.job
      else tellHint(shell, progress, update.error)
      if (update.nextPollAt) onUpdate?.(target, update)
    }
  } catch (error) {
    signal.throwIfAborted()
    line.end(true)
    return { target, error }
  }
  line.end(false)
  return { target, job: job as ExportJob }
}

function checkBaseUrl(targets: readonly Target[], { baseUrl }: WaitFlags): void {
  if (baseUrl === undefined || new Set(targets.map(({ vendor }) => vendor)).size === 1) return
  const advice = 'Set <VENDOR>_BASE_URL instead.'
  throw usageError('--base-url is for one vendor only.', advice)
}
