import { dirname, join } from 'node:path'
import type { Download } from '../http/download.ts'
import { toSafeFileName } from '../http/file-name.ts'
import { throwIfAborted } from '../internal/abort.ts'
import type { ExportJob } from '../job.ts'
import type { DownloadSource } from '../records/download-source.ts'
import type { DownloadProgress, DownloadSettings } from './download-options.ts'
import { fetchFile } from './fetch-file.ts'
import { acquireLock, type FileLock } from './file-lock.ts'
import { openPartialFile, partSuffix, removePlacedPart } from './find-part.ts'
import type { PartialFile } from './partial-file.ts'
import { hashOfServer } from './server-hash.ts'
import { cannotWrite, checkFile, existsAlready, refuseUnlessReplaceable, type Target } from './target.ts'

/** A target that no other run works on until it is released. */
export interface LockedTarget {
  /** @throws ConfigurationError `invalid-option` when the file exists and must stay. */
  refuseExisting(): Promise<void>
  /** Fetches a file beside its place, from where an earlier call has stopped; into a folder, under the vendor's name. */
  fetch(source: DownloadSource): Promise<FetchedFile>
  release(): Promise<void>
}

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

/** @throws ConfigurationError `invalid-option` when another run works on it. */
export async function lockTarget(
  { path: to, isFolder }: Target,
  client: object,
  settings: Omit<DownloadSettings<ExportJob>, 'wait'>,
): Promise<LockedTarget> {
  const { signal, clock, overwrite, mode, onProgress } = settings
  const server = hashOfServer(client)
  // Of a folder, neither is known until the vendor has given the name.
  let path = isFolder ? undefined : to
  let lock = isFolder ? undefined : await lockFile(to)

  const refuseExisting = async () => {
    if (path !== undefined && (await refuseUnlessReplaceable(path)) && !overwrite) throw existsAlready(path)
  }

  const takeName = async (name: string) => {
    const named = join(to, name)
    await checkFile(named, partSuffix)
    lock = await lockFile(named)
    path = named
    return named
  }

  const fetchPart = async (source: DownloadSource, part: PartialFile) => {
    try {
      await fetchFile(source, part, { signal, clock, onChunk: reportProgress(part, onProgress) })
      throwIfAborted(signal)
    } catch (error) {
      await part.close()
      throw error
    }
  }

  return {
    refuseExisting,
    async fetch(source) {
      try {
        const place = path ?? (await takeName(nameOf(await source.peek(), source)))
        await refuseExisting()
        const { vendor, ref } = source
        const part = await openPartialFile(place, { vendor, server, ref })
        await fetchPart(source, part)
        return {
          path: place,
          bytes: part.bytes,
          checksum: part.checksum,
          place: () => part.moveTo(place, { overwrite, mode }),
          close: () => part.close(),
        }
      } finally {
        source.release()
      }
    },
    async release() {
      await lock?.release()
    },
  }
}

async function lockFile(path: string): Promise<FileLock> {
  const lock = await lockPath(`${path}.part.lock`, path)
  try {
    await removePlacedPart(path)
    return lock
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** Takes a lock beside a target, which shows whether the folder can be written to. */
export async function lockPath(path: string, subject: string): Promise<FileLock> {
  try {
    return await acquireLock(path, subject)
  } catch (error) {
    throw cannotWrite(dirname(path), error)
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

// Where the vendor proposes no name that can be used, one that tells its exports apart. A client of the user's own may
// propose anything.
function nameOf({ fileName, format }: Download, { vendor, ref }: DownloadSource): string {
  const id = typeof ref === 'string' ? ref.replaceAll(/[^\w.-]/g, '-').slice(0, 200) : 'export'
  const own = `${vendor}-${id}.${format ?? 'bin'}`.replaceAll(/[^\w.-]/g, '-')
  return toSafeFileName(String(fileName ?? '')) ?? toSafeFileName(own) ?? 'export.bin'
}
