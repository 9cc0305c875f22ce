import { anySignal, checkSignal } from '../internal/abort.ts'
import { assertOption, copyOwn, notify } from '../internal/options.ts'
import type { ExportJob } from '../job.ts'
import { resolveWaitOptions } from '../wait/wait.ts'
import type { WaitOptions } from '../wait-options.ts'

/** The progress of a download. */
export interface DownloadProgress {
  /** Received bytes, including those of earlier calls. */
  readonly bytes: number
  /** Bytes of the complete file, if the server announced them. */
  readonly total?: number
  /** Average of this call. */
  readonly bytesPerSecond: number
}

/** Options of `download` and `exportToFile`. */
export interface DownloadToFileOptions<Job extends ExportJob = ExportJob> {
  /** The file to write; or an existing folder, ending in `/`, to use the vendor's file name, or one made from the id. */
  readonly to: string
  /** Called as bytes arrive. Errors it throws are ignored. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined
  /** Aborts the download, and the wait before it, which then reject with `signal.reason`. */
  readonly signal?: AbortSignal | undefined
  /** Whether an existing regular file is replaced. Default `false`. */
  readonly overwrite?: boolean | undefined
  /** The permissions of the file. Default `0o600`: its owner only. Ignored on systems without permissions. */
  readonly mode?: number | undefined
  /** Wait for completion first, with these options. Its `signal` also aborts the download; its `clock` times the retries. */
  readonly wait?: WaitOptions<Job> | undefined
}

/** The options with their defaults. */
export type DownloadSettings<Job extends ExportJob> = ReturnType<typeof readDownloadToFileOptions<Job>>

/** @throws ConfigurationError `invalid-option` for the first option that is invalid. */
export function readDownloadToFileOptions<Job extends ExportJob>(options: DownloadToFileOptions<Job>) {
  const given = copyOwn(options)
  const { to, onProgress, overwrite = false, mode = 0o600, wait } = given
  const signal = checkSignal(given.signal)
  assertOption(typeof overwrite === 'boolean', 'overwrite must be true or false.')
  assertOption(onProgress === undefined || typeof onProgress === 'function', 'onProgress must be a function.')
  const isMode = Number.isInteger(mode) && mode >= 0 && mode <= 0o777
  assertOption(isMode, 'mode must be permissions from 0 to 0o777, such as 0o640.')
  const waiting = resolveWaitOptions(wait as WaitOptions<never>)
  const either = anySignal(signal, waiting.signal)
  return {
    to,
    overwrite,
    mode,
    clock: waiting.clock,
    signal: either,
    wait: wait && { ...copyOwn(wait), signal: either },
    onProgress: (progress: DownloadProgress): void => notify(onProgress, progress),
  }
}
