import type { Clock } from '../clock.ts'
import { anySignal, checkSignal } from '../internal/abort.ts'
import { assertOption, copyOwn, notify } from '../internal/options.ts'
import type { ExportJob } from '../job.ts'
import { resolveWaitOptions } from '../wait/wait.ts'
import type { WaitOptions } from '../wait-options.ts'

/** How far a download has come. */
export interface DownloadProgress {
  /** Bytes that are there, those of earlier calls included. */
  readonly bytes: number
  /** Bytes of the whole file, where the server tells. */
  readonly total?: number
  /** Mean over this call. */
  readonly bytesPerSecond: number
}

/** What `download` takes. */
export interface DownloadToFileOptions<Job extends ExportJob = ExportJob> {
  /** The file to write; or, ending in `/`, a folder that exists, for the vendor's file name, or one with the id. */
  readonly to: string
  /** Called as bytes arrive. What it throws never reaches the download. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined
  /** Ends the download, and the wait before it; it rejects with the signal's own reason. */
  readonly signal?: AbortSignal | undefined
  /** Replace a regular file of that name. Default `false`. */
  readonly overwrite?: boolean | undefined
  /** The permissions of the file. Default `0o600`: its owner only. Systems without permissions ignore it. */
  readonly mode?: number | undefined
  /** Wait for completion first, so. Its `signal` ends the download too, and its `clock` paces the retries. */
  readonly wait?: WaitOptions<Job> | undefined
}

/** The options with their defaults. */
export interface DownloadSettings<Job extends ExportJob> {
  readonly to: string
  readonly overwrite: boolean
  readonly mode: number
  readonly clock: Clock
  readonly signal: AbortSignal | undefined
  readonly wait: WaitOptions<Job> | undefined
  readonly onProgress: (progress: DownloadProgress) => void
}

/** @throws ConfigurationError `invalid-option` for the first option that is invalid. */
export function readDownloadToFileOptions<Job extends ExportJob>(
  options: DownloadToFileOptions<Job>,
): DownloadSettings<Job> {
  const given = copyOwn(options)
  const { to, onProgress, overwrite = false, mode = 0o600, wait } = given
  const signal = checkSignal(given.signal)
  assertOption(typeof overwrite === 'boolean', 'overwrite must be true or false.')
  assertOption(onProgress === undefined || typeof onProgress === 'function', 'onProgress must be a function.')
  assertOption(
    Number.isInteger(mode) && mode >= 0 && mode <= 0o777,
    'mode must be permissions, 0 to 0o777, such as 0o640.',
  )
  const waiting = resolveWaitOptions(wait as WaitOptions<never>)
  const either = signal && waiting.signal ? anySignal(signal, waiting.signal) : (signal ?? waiting.signal)
  return {
    to,
    overwrite,
    mode,
    clock: waiting.clock,
    signal: either,
    wait: wait && { ...copyOwn(wait), signal: either },
    onProgress: (progress) => notify(onProgress, progress),
  }
}
