import type { Download } from '../http/download.ts'
import { discard } from '../http/read-body.ts'
import { throwIfAborted } from '../internal/abort.ts'
import type { ExportJob } from '../job.ts'
import type { DownloadProgress, DownloadSettings } from './download-options.ts'
import type { DownloadSource } from './download-source.ts'
import { fetchFile } from './fetch-file.ts'
import { openPartialFile } from './find-part.ts'
import type { LockedTarget } from './locked-target.ts'
import type { PartialFile } from './partial-file.ts'

/** A whole file on the disk, still under the name of a part. */
export interface FetchedFile {
  /** Where it belongs. */
  readonly path: string
  readonly bytes: number
  readonly checksum: number
  /** Gives it its final name. */
  place(): Promise<void>
  close(): Promise<void>
}

/** Fetches a file beside its target, from where an earlier call has stopped. */
export async function fetchToTarget(
  source: DownloadSource,
  target: LockedTarget,
  settings: Omit<DownloadSettings<ExportJob>, 'wait'>,
): Promise<FetchedFile> {
  const { signal, clock, overwrite, mode } = settings
  const first = target.path === undefined ? await source.open() : undefined
  let part: PartialFile
  let path: string
  try {
    path = target.path ?? (await target.takeName(nameOf(first as Download, source)))
    await target.refuseExisting()
    part = await openPartialFile(path, source)
  } catch (error) {
    discard(first?.body ?? null)
    throw error
  }
  try {
    const onChunk = reportProgress(part, settings.onProgress)
    await fetchFile(source, part, first, { signal, clock, onChunk })
    throwIfAborted(signal)
  } catch (error) {
    await part.close()
    throw error
  }
  return {
    path,
    bytes: part.bytes,
    checksum: part.checksum,
    place: () => part.moveTo(path, { overwrite, mode }),
    close: () => part.close(),
  }
}

function reportProgress(part: PartialFile, onProgress: (progress: DownloadProgress) => void) {
  const began = performance.now()
  let sum = 0
  return (length: number) => {
    sum += length
    const { size } = part.version
    const bytesPerSecond = sum / Math.max(0.001, (performance.now() - began) / 1_000)
    onProgress({ bytes: part.bytes, ...(size !== undefined && { total: size }), bytesPerSecond })
  }
}

// Where the vendor proposes no name, one that tells its exports apart.
function nameOf({ fileName, format }: Download, { vendor, ref }: DownloadSource): string {
  const id = typeof ref === 'string' ? ref.replaceAll(/[^\w.-]/g, '-').slice(0, 200) : 'export'
  return fileName ?? `${vendor}-${id}.${format ?? 'bin'}`
}
