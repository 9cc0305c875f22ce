import { ConfigurationError, isExportJobsError } from '../index.ts'
import { openClients } from './clients.ts'
import { describeError } from './describe.ts'
import { exitCodeOfError, exitCodeOfJob, exitCodes, mostSevere } from './exit-codes.ts'
import { type WaitFlags, waitOptions } from './flags.ts'
import { openMemory } from './memory.ts'
import { createProgress, createTrace } from './progress.ts'
import { errorLine, jobLine, printStarted, updateLine } from './results.ts'
import { Interruption, isClosedPipe, type Shell } from './shell.ts'
import { sanitizeForTerminal } from './text.ts'
import { parseTargets, readWords, type Target } from './vendors.ts'
import { waitAll } from './wait-all.ts'

/**
 * Waits for exports, all at once, and prints each as it ends.
 *
 * @param words - vendors, each followed by its refs; `-` stands for the lines of stdin
 * @param mode - `watches`: with `--json`, what happens on the way is printed too; `startedAt`: when all of them were
 * started, by `performance.now()`
 * @returns the exit code
 */
export async function wait(
  shell: Shell,
  words: readonly string[],
  flags: WaitFlags,
  { watches = false, startedAt }: { watches?: boolean; startedAt?: number } = {},
): Promise<number> {
  const { out, err } = shell
  // Where results go elsewhere, the area alone shows the user how each ended.
  const progress = createProgress(shell, flags, !out.isTerminal)
  const clients = await openClients(shell, flags, createTrace(err, flags, progress))
  const targets = parseTargets(await readWords(words, shell), clients.own)
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
      onEnd(ending) {
        const { target } = ending
        if ('job' in ending) {
          codes.push(exitCodeOfJob(ending.job))
          memory.add(target, ending.job, startedAt && performance.now() - startedAt)
          print(jobLine(shell, ending.job, target, flags, targets, 'job'))
          return
        }
        codes.push(exitCodeOfError(ending.error) ?? exitCodes.bug)
        if (flags.json) print(errorLine(target, ending.error))
        progress.printAbove(() => err.line(`export-jobs: ${describeEnd(target, ending.error)}`))
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

// A WaitError names its export itself.
function describeEnd({ vendor, text }: Target, error: unknown): string {
  const description = describeError(error)
  if (!isExportJobsError(error) || error.name !== 'WaitError') {
    return `${vendor} ${sanitizeForTerminal(text)}: ${description}`
  }
  return error.retryable ? `${description} Resume with: ${resumeCommand({ vendor, text })}` : description
}

const resumeCommand = ({ vendor, text }: Pick<Target, 'vendor' | 'text'>): string =>
  `export-jobs wait ${vendor} ${sanitizeForTerminal(text)}`

function checkBaseUrl(targets: readonly Target[], { baseUrl }: WaitFlags): void {
  if (baseUrl === undefined || new Set(targets.map(({ vendor }) => vendor)).size === 1) return
  const advice = 'Set <VENDOR>_BASE_URL instead.'
  throw new ConfigurationError('invalid-option', '--base-url is for one vendor only.', undefined, advice)
}

/** Says that a command was stopped, over the "^C" that the terminal has put there; not to one whose reader has left. */
export function tellStop({ out, err }: Pick<Shell, 'out' | 'err'>, text: string): void {
  if (!isClosedPipe(out)) err.line(`${err.isTerminal ? '\r' : ''}export-jobs: ${text}`)
}

function howToResume(targets: readonly Target[], words: readonly string[]): string {
  const [first] = targets
  return targets.length === 1 && first && !words.includes('-')
    ? `The export itself continues. Resume with: ${resumeCommand(first)}`
    : 'The exports themselves continue. Run the same command again to resume.'
}
