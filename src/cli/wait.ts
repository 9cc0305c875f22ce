import { type Command, Option } from 'commander'
import { ConfigurationError, isExportJobsError } from '../index.ts'
import { openClients } from './clients.ts'
import { describeError } from './describe.ts'
import { exitCodeOfError, exitCodeOfJob, exitCodes, mostSevere } from './exit-codes.ts'
import { type Run, readList, type WaitFlags, waitOptions, withExports, withWaiting } from './flags.ts'
import { openMemory } from './memory.ts'
import { createProgress } from './progress.ts'
import { errorLine, jobLine, printStarted, updateLine } from './results.ts'
import { Interruption, type Shell, tellStop } from './shell.ts'
import { sanitizeForTerminal } from './text.ts'
import { parseTargets, readStdin, type Target } from './vendors.ts'
import { waitAll } from './wait-all.ts'

const commands = {
  wait: [
    'wait until exports are done and print each',
    'Wait until exports are done, and print each when it is. Exports of several vendors are waited for at once. EXPORT_ID/next stands for the run that Didomi starts next.',
  ],
  watch: [
    'as wait; with --json every update is printed',
    'Wait as `wait` does. With --json, print every update on the way as an object, too: its `event` is started, update, job, saved or error.',
  ],
} as const

/** Adds `wait` and `watch`. */
export function addWait(program: Command, shell: Shell, run: Run): void {
  for (const name of ['wait', 'watch'] as const) {
    const [summary, description] = commands[name]
    withExports(
      withWaiting(program.command(name)).addOption(
        new Option('--known <id...>', 'of Didomi: runs that EXPORT_ID/next does not wait for').argParser(
          readList,
        ),
      ),
    )
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
  const waits = targets.map((target) => ({ target, client: clients.of(target.vendor) }))
  const printsAll = watches && flags.json === true
  const print = (line: string) => progress.printAbove(() => out.line(line), !out.isTerminal)
  const codes: number[] = []
  const optionsOf = (target: Target) => ({
    ...waitOptions(flags, memory.expected(target)),
    known: flags.known,
  })
  try {
    await waitAll(shell, waits, optionsOf, progress, {
      onFound: ({ vendor, ref }) => {
        if (printsAll) progress.printAbove(() => printStarted(shell, vendor, ref, flags), !out.isTerminal)
      },
      onUpdate: (target, update) => {
        if (printsAll) print(updateLine(target, update))
      },
      onEnd({ target, ...end }) {
        if ('job' in end) {
          codes.push(exitCodeOfJob(end.job))
          memory.add(target, end.job, startedAt && performance.now() - startedAt)
          print(jobLine(shell, end.job, target, flags, targets, 'job'))
          return
        }
        codes.push(exitCodeOfError(end.error) ?? exitCodes.bug)
        if (flags.json) print(errorLine(target, end.error))
        progress.printAbove(() => err.line(`export-jobs: ${describeEnd(target, end.error)}`))
      },
    })
  } catch (error) {
    progress.end()
    if (!(error instanceof Interruption)) throw error
    tellStop(shell, `Stopped waiting. ${howToResume(targets, words)}`)
    return error.exitCode
  }
  progress.end()
  return mostSevere(codes)
}

// The message of a WaitError names the export.
function describeEnd(target: Target, error: unknown): string {
  const description = describeError(error)
  if (!isExportJobsError(error) || error.name !== 'WaitError') {
    return `${target.vendor} ${sanitizeForTerminal(target.text)}: ${description}`
  }
  return error.retryable ? `${description} Resume with: ${resumeCommand(target)}` : description
}

const resumeCommand = ({ vendor, text }: Target): string =>
  `export-jobs wait ${vendor} ${sanitizeForTerminal(text)}`

function checkBaseUrl(targets: readonly Target[], { baseUrl }: WaitFlags): void {
  if (baseUrl === undefined || new Set(targets.map(({ vendor }) => vendor)).size === 1) return
  const advice = 'Set <VENDOR>_BASE_URL instead.'
  throw new ConfigurationError('invalid-option', '--base-url is for one vendor only.', undefined, advice)
}

function howToResume(targets: readonly Target[], words: readonly string[]): string {
  const [first] = targets
  return targets.length === 1 && first && !words.includes('-')
    ? `The export itself continues. Resume with: ${resumeCommand(first)}`
    : 'The exports themselves continue. Run the same command again to resume.'
}
