import type { ExportJobsError, RequestEvent, Update } from '../index.ts'
import type { DownloadProgress } from '../node/index.ts'
import type { Environment } from './environment.ts'
import { createLiveTable } from './live-table.ts'
import { createPlainProgress } from './plain-progress.ts'
import type { Output, Shell } from './shell.ts'
import { sanitizeForTerminal } from './text.ts'

/** What is shown on stderr of exports that are waited for. */
export interface Progress {
  /** Adds a line for an export. */
  add(vendor: string, ref: string): ProgressLine
  /**
   * Writes to either stream, above the live area where there is one.
   *
   * @param isPiped - what is written goes through another program, which may print it on this terminal a moment later
   */
  printAbove(write: () => void, isPiped?: boolean): void
  /** Ends it, leaves its last state on the screen, and gives the cursor back. */
  end(): void
  /** Ends it and wipes what can be wiped. */
  clear(): void
}

/** The line of one export. */
export interface ProgressLine {
  /** From now on it is the line of another ref. */
  rename(ref: string): void
  update(update: Update): void
  /** From now on it is the line of a file, of which this much is saved. */
  save(saved: DownloadProgress): void
  /** The export ended, or the wait for it did. */
  end(isGivenUp: boolean): void
}

/** The values of `--progress`. */
export const progressKinds = ['auto', 'plain', 'none'] as const

/** What the command line says of progress. */
export interface ProgressFlags {
  readonly progress?: (typeof progressKinds)[number] | undefined
  readonly quiet?: boolean | undefined
  readonly verbose?: boolean | undefined
}

// Outside CI, for so long, a wait that nobody watches says nothing.
const silence = 60_000

/**
 * @param keepsEnded - ended exports stay in a live area: their results are printed later, or elsewhere
 */
export function createProgress(
  { err, environment }: Pick<Shell, 'err' | 'environment'>,
  { progress = 'auto', quiet = false }: ProgressFlags,
  keepsEnded: boolean,
): Progress {
  if (quiet || progress === 'none') return noProgress
  if (progress === 'plain' || isCI(environment)) return createPlainProgress(err, 0)
  return err.isTerminal ? createLiveTable(err, keepsEnded) : createPlainProgress(err, silence)
}

const nothing = () => {}
const noLine: ProgressLine = { rename: nothing, update: nothing, save: nothing, end: nothing }
const noProgress: Progress = {
  add: () => noLine,
  printAbove: (write) => write(),
  end: nothing,
  clear: nothing,
}

const isCI = ({ CI }: Environment): boolean => Boolean(CI) && CI !== 'false' && CI !== '0'

/** Explains a failed poll, if the environment names a proxy that this Node cannot use. */
export function tellHint(
  shell: Pick<Shell, 'err' | 'proxy'>,
  progress: Progress,
  error: ExportJobsError,
): void {
  const hint = shell.proxy?.hint(error)
  if (hint) progress.printAbove(() => shell.err.line(`export-jobs: ${hint}`))
}

/** What writes a line to stderr for each request, with `--verbose`. It holds no query, header or body, so no secret. */
export function createTrace(
  err: Pick<Output, 'line'>,
  { verbose = false }: ProgressFlags,
  progress: Pick<Progress, 'printAbove'> = noProgress,
): ((event: RequestEvent) => void) | undefined {
  if (!verbose) return undefined
  return ({ vendor, method, path, attempt, status, requestId, error, durationMs }) => {
    const fields = [
      `${vendor}: ${method} ${path}`,
      status ?? error?.code,
      requestId && `request ${requestId}`,
      attempt > 1 && `attempt ${attempt}`,
      `${Math.round(durationMs)} ms`,
    ]
    progress.printAbove(() => err.line(sanitizeForTerminal(fields.filter(Boolean).join(' · '))))
  }
}
