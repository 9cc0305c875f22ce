import type { Clock } from '../clock.ts'
import { isAbortSignal, onAbort } from '../internal/abort.ts'
import { assertOption, copyOwn, notify } from '../internal/options.ts'
import { systemClock } from '../internal/system-clock.ts'
import type { ExportJob } from '../job.ts'
import { resolveWaitOptions, type WaitOptions } from '../wait/options.ts'

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
  /** Leaves no listener behind. */
  release(): void
}

/** @throws ConfigurationError `invalid-option` for the first option that is invalid. */
export function readDownloadToFileOptions<Job extends ExportJob>(
  options: DownloadToFileOptions<Job>,
): DownloadSettings<Job> {
  const { to, onProgress, signal, overwrite = false, mode = 0o600, wait } = copyOwn(options)
  assertOption(signal === undefined || isAbortSignal(signal), 'signal must be an AbortSignal.')
  assertOption(typeof overwrite === 'boolean', 'overwrite must be true or false.')
  assertOption(onProgress === undefined || typeof onProgress === 'function', 'onProgress must be a function.')
  assertOption(
    Number.isInteger(mode) && mode >= 0 && mode <= 0o777,
    'mode must be permissions, 0 to 0o777, such as 0o640.',
  )
  assertOption(wait === undefined || typeof wait === 'object', 'wait must be the options of a wait.')
  const waiting = copyOwn(wait)
  resolveWaitOptions(waiting as WaitOptions<never>)
  const either = eitherSignal(signal, waiting.signal)
  return {
    to,
    overwrite,
    mode,
    clock: waiting.clock ?? systemClock,
    signal: either.signal,
    wait: wait && { ...waiting, signal: either.signal },
    onProgress: (progress) => notify(onProgress, progress),
    release: either.release,
  }
}

/** A signal that is aborted with either of two, with its reason. */
function eitherSignal(one: AbortSignal | undefined, other: AbortSignal | undefined) {
  if (!one || !other || one === other) return { signal: one ?? other, release() {} }
  const controller = new AbortController()
  const releases = [one, other].map((signal) => {
    const abort = () => controller.abort(signal.reason)
    if (signal.aborted) abort()
    return onAbort(signal, abort)
  })
  return {
    signal: controller.signal,
    release() {
      for (const release of releases) release()
    },
  }
}
