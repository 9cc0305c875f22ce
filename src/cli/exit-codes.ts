import { type ExportJob, isExportJobsError, type WaitError } from '../index.ts'

/** The exit codes of the command. Stable: scripts depend on them. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  // From sysexits.h, so that a bug is not taken for a failed export, nor a full disk for a start that failed.
  bug: 70,
  output: 74,
  // That of timeout(1).
  gaveUp: 124,
  interrupted: 130,
  // That of a program killed by SIGPIPE.
  closedPipe: 141,
  terminated: 143,
} as const

/** The exit code for an export as last seen. */
export function exitCodeOfJob(job: ExportJob): number {
  return job.status === 'failed' || job.status === 'canceled' || job.status === 'expired'
    ? exitCodes.failed
    : exitCodes.done
}

/** The exit code for an error; undefined for a bug. */
export function exitCodeOfError(error: unknown): number | undefined {
  // An error of the operating system: the disk is full, or a folder does not exist.
  if (!isExportJobsError(error))
    return error instanceof Error && 'syscall' in error ? exitCodes.usage : undefined
  if (error.name === 'WaitError') return exitCodeOfWait(error as WaitError)
  return (
    exitCodesByName[error.name] ??
    exitCodesByCode[error.code] ??
    (error.retryable ? exitCodes.gaveUp : exitCodes.refused)
  )
}

const exitCodesByName: Readonly<Record<string, number>> = {
  ConfigurationError: exitCodes.usage,
  JobFailedError: exitCodes.failed,
}

const exitCodesByCode: Readonly<Record<string, number>> = {
  // The file has expired.
  gone: exitCodes.failed,
  // The server is not the vendor's API, or cannot be trusted: the base URL or the environment is wrong.
  'not-json': exitCodes.usage,
  'too-large': exitCodes.usage,
  'unexpected-shape': exitCodes.usage,
  redirect: exitCodes.usage,
  tls: exitCodes.usage,
  // Caused by a cache or a broken connection: the next try may succeed.
  'wrong-job': exitCodes.gaveUp,
  incomplete: exitCodes.gaveUp,
}

function exitCodeOfWait({ reason, cause, lastJob }: WaitError): number {
  switch (reason) {
    case 'unauthorized':
    case 'not-found':
      return exitCodes.refused
    case 'refused':
      return exitCodeOfError(cause) ?? exitCodes.refused
    // If the vendor has answered before, the base URL is right.
    case 'unreachable':
      return lastJob === undefined ? (exitCodeOfError(cause) ?? exitCodes.gaveUp) : exitCodes.gaveUp
    default:
      return exitCodes.gaveUp
  }
}

/** The exit code for several exports: the most severe one. */
export function mostSevere(codes: readonly number[]): number {
  const { bug, usage, refused, failed, gaveUp } = exitCodes
  // By what the user has to do: report a bug, change the command, change the account, start again, or retry.
  return [bug, usage, refused, failed, gaveUp].find((code) => codes.includes(code)) ?? exitCodes.done
}
