import { type ExportJob, type ExportJobsError, isExportJobsError, type WaitError } from '../index.ts'

/** What the bin exits with. Stable: scripts depend on it. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  // As sysexits.h has them: a bug is never taken for a failed export, nor a full disk for an export that did not start.
  bug: 70,
  output: 74,
  // As timeout(1) has it.
  gaveUp: 124,
  interrupted: 130,
  // As of a program that SIGPIPE ends.
  closedPipe: 141,
  terminated: 143,
} as const

/** The exit code for an export as last seen. */
export function exitCodeOfJob(job: ExportJob): number {
  return job.status === 'failed' || job.status === 'canceled' || job.status === 'expired'
    ? exitCodes.failed
    : exitCodes.done
}

/** The exit code for what a command threw; undefined for a bug. */
export function exitCodeOfError(error: unknown): number | undefined {
  // The disk is full, or a folder is not there.
  if (!isExportJobsError(error))
    return error instanceof Error && 'syscall' in error ? exitCodes.usage : undefined
  if (error.name === 'WaitError') return exitCodeOfWait(error as WaitError)
  return exitCodesByName[error.name] ?? exitCodesByCode[error.code] ?? exitCodeOfRequest(error)
}

const exitCodesByName: Readonly<Record<string, number>> = {
  ConfigurationError: exitCodes.usage,
  JobFailedError: exitCodes.failed,
}

const exitCodesByCode: Readonly<Record<string, number>> = {
  // The file of an export that has expired.
  gone: exitCodes.failed,
  // What answered is not the vendor's API, or not trusted to be: the base URL or the environment is wrong.
  'not-json': exitCodes.usage,
  'too-large': exitCodes.usage,
  'unexpected-shape': exitCodes.usage,
  redirect: exitCodes.usage,
  tls: exitCodes.usage,
  // A cache or a connection between, which may do better the next time.
  'wrong-job': exitCodes.gaveUp,
  incomplete: exitCodes.gaveUp,
}

function exitCodeOfRequest(error: ExportJobsError): number {
  return error.retryable ? exitCodes.gaveUp : exitCodes.refused
}

function exitCodeOfWait({ reason, cause, lastJob }: WaitError): number {
  switch (reason) {
    case 'unauthorized':
    case 'not-found':
      return exitCodes.refused
    case 'refused':
      return exitCodeOfError(cause) ?? exitCodes.refused
    // Had the vendor answered before, its base URL was right.
    case 'unreachable':
      return lastJob === undefined ? (exitCodeOfError(cause) ?? exitCodes.gaveUp) : exitCodes.gaveUp
    default:
      return exitCodes.gaveUp
  }
}

// By what the user has to do: change the command, change the account, start again, or only run it again.
const severity: readonly number[] = [
  exitCodes.bug,
  exitCodes.usage,
  exitCodes.refused,
  exitCodes.failed,
  exitCodes.gaveUp,
]

/** The one exit code for several exports: the most severe of theirs. */
export function mostSevere(codes: readonly number[]): number {
  return severity.find((code) => codes.includes(code)) ?? exitCodes.done
}
