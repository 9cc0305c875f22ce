import { join } from 'node:path'
import type { Download } from '../http/download.ts'
import { toSafeFileName } from '../http/file-name.ts'
import { discard } from '../http/read-body.ts'
import { throwIfAborted } from '../internal/abort.ts'
import type { ExportJob } from '../job.ts'
import type { DownloadSource } from '../records/download-source.ts'
import type { DownloadProgress, DownloadSettings } from './download-options.ts'
import { fetchFile } from './fetch-file.ts'
import { acquireLock, type FileLock } from './file-lock.ts'
import { openPartialFile, partSuffix, removePlacedPart } from './find-part.ts'
import { hashOfServer } from './note-file.ts'
import type { PartialFile } from './partial-file.ts'
import type { StartNote } from './start-note.ts'
import { checkFile, existsAlready, refuseUnlessReplaceable, type Target } from './target.ts'

/** A target that no other run writes to until it is released. */
export interface LockedTarget {
  /** @throws ConfigurationError `invalid-option` if the file exists and must not be replaced. */
  refuseExisting(): Promise<void>
  /**
   * Downloads a file, resuming from where an earlier call stopped, and gives it its final name: in a folder, the vendor's
   * file name. Then releases the target.
   *
   * @param note - of the export's start: keeps the file before it gets its name, and is removed after
   */
  save(
    source: DownloadSource,
    note?: Pick<StartNote, 'keepFile' | 'remove'>,
  ): Promise<{ path: string; bytes: number }>
  release(): Promise<void>
}

/** @throws ConfigurationError `invalid-option` while another run works on the target. */
export async function lockTarget(
  { path: to, isFolder }: Target,
  client: object,
  settings: Omit<DownloadSettings<ExportJob>, 'wait'>,
): Promise<LockedTarget> {
  const { signal, clock, overwrite, mode, onProgress } = settings
  const server = hashOfServer(client)
  // In a folder, both are unknown until the vendor has named the file.
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

  return {
    refuseExisting,
    async save(source, note) {
      let opened: Download | undefined
      try {
        let place = path
        if (place === undefined) {
          opened = await source.open()
          place = await takeName(nameOf(opened, source))
        }
        await refuseExisting()
        const { vendor, ref } = source
        const part = await openPartialFile(place, { vendor, server, ref })
        try {
          const onChunk = reportProgress(part, onProgress)
          await fetchFile(source, part, { signal, clock, opened, onChunk })
          throwIfAborted(signal)
          const { key, bytes, checksum } = part
          await note?.keepFile({ path: place, key, bytes, checksum })
          await part.moveTo(place, { overwrite, mode })
          note?.remove()
          await lock?.release()
          return { path: place, bytes }
        } finally {
          await part.close()
        }
      } finally {
        discard(opened?.body ?? null)
      }
    },
    async release() {
      await lock?.release()
    },
  }
}

async function lockFile(path: string): Promise<FileLock> {
  const lock = await acquireLock(`${path}.part.lock`, path)
  try {
    await removePlacedPart(path)
    return lock
  } catch (error) {
    await lock.release()
    throw error
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

// If the vendor sends no usable name, one with the export's id. A client of the user's own may send anything.
function nameOf({ fileName, format }: Download, { vendor, ref }: DownloadSource): string {
  const id = typeof ref === 'string' ? ref.replaceAll(/[^\w.-]/g, '-').slice(0, 200) : 'export'
  const own = `${vendor}-${id}.${format ?? 'bin'}`.replaceAll(/[^\w.-]/g, '-')
  return toSafeFileName(String(fileName ?? '')) ?? toSafeFileName(own) ?? 'export.bin'
}
