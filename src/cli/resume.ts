import { isExportJobsError, type WaitError } from '../index.ts'
import { describeError } from './describe.ts'
import { sanitizeForTerminal } from './text.ts'
import { exportOfNextRun, type Target } from './vendors.ts'

/** Why a wait ended with an error, for which export, and how to resume it. */
export function describeEnd(target: Target, error: unknown): string {
  const description = describeError(error)
  if (!isExportJobsError(error) || error.name !== 'WaitError') {
    return `${target.vendor} ${sanitizeForTerminal(target.text)}: ${description}`
  }
  // The message of a WaitError names the export.
  if (!error.retryable) return description
  const { known } = (error as WaitError<{ readonly known?: readonly string[] }>).state.ref
  return `${description} Resume with: ${resumeCommand(target, known)}`
}

/**
 * How to resume waits that were interrupted.
 *
 * @param target - the only export that was waited for, if there was only one
 * @param known - what `--known` says
 */
export function howToResume(target: Target | undefined, known: readonly string[] | undefined): string {
  return target
    ? `The export itself continues. Resume with: ${resumeCommand(target, known)}`
    : 'The exports themselves continue. Run the same command again to resume.'
}

// Without the known runs, `EXPORT_ID/next` would skip a run that has appeared since.
function resumeCommand(target: Target, known: readonly string[] | undefined): string {
  const { vendor, text } = target
  const needsKnown = known && exportOfNextRun(target) !== undefined
  const option = needsKnown ? ` --known ${known.join() || "''"}` : ''
  return `export-jobs wait ${vendor} ${sanitizeForTerminal(text + option)}`
}
