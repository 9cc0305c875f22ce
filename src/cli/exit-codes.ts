import { type ExportJob, isExportJobsError, type WaitError } from '../index.ts'

/** What the bin exits with. Stable: scripts go by these. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  // What sysexits.h calls a software error, so that a bug is never taken for a failed export.
  bug: 70,
  // As timeout(1) has it.
  gaveUp: 124,
  interrupted: 130,
  terminated: 143,
} as const

/** The exit code for an export as last seen. */
export function exitCodeOfJob(job: ExportJob): number {
  return job.status === 'failed' || job.status === 'canceled' || job.status === 'expired'
    ? exitCodes.failed
    : exitCodes.done
}

/** The exit code for what a command threw; undefined for what is a bug. */
export function exitCodeOfError(error: unknown): number | undefined {
  // The disk is full, or a folder is not there.
  if (!isExportJobsError(error))
    return error instanceof Error && 'syscall' in error ? exitCodes.usage : undefined
  // The file of an export that has expired.
  if (error.code === 'gone') return exitCodes.failed
  switch (error.name) {
    case 'ConfigurationError':
      return exitCodes.usage
    case 'JobFailedError':
      return exitCodes.failed
    case 'WaitError':
      return refusals.has((error as WaitError).reason) ? exitCodes.refused : exitCodes.gaveUp
    // A wait tolerates these for a while, so that one look at them is no refusal either.
    case 'ResponseError':
      return exitCodes.gaveUp
    default:
      return error.retryable ? exitCodes.gaveUp : exitCodes.refused
  }
}

const refusals = new Set<WaitError['reason']>(['unauthorized', 'not-found', 'refused'])

// By what the user has to do: mend the command, mend the account, start anew, or only ask again.
const severity: readonly number[] = [
  exitCodes.bug,
  exitCodes.usage,
  exitCodes.refused,
  exitCodes.failed,
  exitCodes.gaveUp,
]

/** The one exit code for several exports: the most serious of theirs. */
export function worst(codes: readonly number[]): number {
  return severity.find((code) => codes.includes(code)) ?? exitCodes.done
}
