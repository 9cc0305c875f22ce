import { renameSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { createBufferedWriter } from './buffered-writer.ts'
import { readChecksum } from './checksum.ts'
import {
  type FileId,
  hasCode,
  isSameFile,
  moveIfAbsent,
  readAll,
  readFileId,
  removeNow,
} from './file-system.ts'
import { createFileWatch, type FileWatch } from './file-watch.ts'
import type { NoteFile } from './note-file.ts'
import { type FileVersion, keptOf, type PartOwner } from './part-note.ts'
import { badTarget, existsAlready, refuseUnlessReplaceable } from './target.ts'

/** The beginning of a file, on disk beside the place of the whole. */
export interface PartialFile {
  readonly path: string
  readonly version: FileVersion
  /** How many bytes there are. */
  readonly bytes: number
  /** Of all bytes that were written. */
  readonly checksum: number
  /** Throws the bytes away, to begin with another version. */
  restart(version: FileVersion): Promise<void>
  /** Notes what was told with the rest only. */
  update(version: FileVersion): Promise<void>
  /** Adds bytes at the end; they are there after a flush. */
  write(chunk: Uint8Array): Promise<void>
  flush(): Promise<void>
  /** Waits until what was flushed would outlast a crash of the machine. */
  sync(): Promise<void>
  /** Whether the disk holds what was written: its length, and samples of it. */
  isAsWritten(): Promise<boolean>
  /** Whether nothing speaks against it as a whole file: see {@link FileWatch}. */
  looksWhole(totalRecords: number | undefined): boolean
  /** Reads what is on the disk, to its end. A chunk is valid until the next one is asked for. */
  read(): AsyncIterable<Uint8Array>
  /** Has the next call begin anew. */
  refuse(): Promise<void>
  /** Gives it its final name. */
  moveTo(target: string, options: PlacingOptions): Promise<void>
  /** Leaves it to the next call; one without bytes is removed. */
  close(): Promise<void>
}

/** How a part gets its final name. */
export interface PlacingOptions {
  readonly overwrite: boolean
  /** The permissions of the file. */
  readonly mode: number
}

/** An open part, and what belongs to it. */
export interface OpenPart {
  readonly path: string
  readonly id: FileId
  readonly file: FileHandle
  readonly note: NoteFile
  readonly owner: PartOwner
}

/** What an earlier call has left to add to. */
export interface Resumed {
  readonly version: FileVersion
  readonly watch: FileWatch
}

// In ms. A run that is killed loses what came since.
const keepEvery = 250

/** @param resumed - what is in the file already */
export async function createPartialFile(
  { path, id, file, note, owner }: OpenPart,
  resumed: Resumed,
): Promise<PartialFile> {
  let { version, watch } = resumed
  let writer = createBufferedWriter(file, watch.bytes)
  let isPlaced = false
  const { vendor, server, ref } = owner
  // What a crash of the machine, too, has left: another run resumes from there.
  let kept = keptOf(watch)
  let keptAt = performance.now()
  let keeping: Promise<void> | undefined
  let isRefused = false
  // Neither a URL nor a secret.
  const writeNote = () =>
    note.write({ vendor, server, ref, ...version, ...kept, ...(isRefused && { isRefused }) })
  await writeNote()

  const keep = async () => {
    const now = keptOf(watch)
    await writer.flush()
    await file.datasync()
    kept = now
    await writeNote()
  }

  // While more is on its way. What it fails with, the next write or the end fails with, too.
  const keepBeside = async () => {
    await keep().catch(() => {})
    keptAt = performance.now()
    keeping = undefined
  }

  const isInPlace = async () => {
    const there = await readFileId(path)
    return there !== undefined && isSameFile(there, id)
  }

  const discard = () => {
    removeNow(path)
    note.remove()
  }

  return {
    path,
    get bytes() {
      return watch.bytes
    },
    get checksum() {
      return watch.checksum
    },
    get version() {
      return version
    },
    async restart(fresh) {
      await keeping
      await writer.flush()
      version = fresh
      watch = createFileWatch(fresh.format)
      kept = keptOf(watch)
      // Before the bytes go: the note never tells of more than there are.
      await writeNote()
      await file.truncate(0)
      writer = createBufferedWriter(file, 0)
    },
    async update(known) {
      await keeping
      version = known
      await writeNote()
    },
    write(chunk) {
      watch.update(chunk)
      const written = writer.write(chunk)
      if (!keeping && performance.now() - keptAt >= keepEvery) keeping = keepBeside()
      return written
    },
    flush: () => writer.flush(),
    sync: () => file.sync(),
    async isAsWritten() {
      const { size } = await file.stat()
      return size === watch.bytes && (await readChecksum(file, size)) === watch.checksum
    },
    looksWhole: (totalRecords) => watch.looksWhole(totalRecords),
    // Through the handle: under its name there may be another file by now.
    read: () => readAll(file),
    async refuse() {
      await keeping
      isRefused = true
      await writeNote()
    },
    async moveTo(target, { overwrite, mode }) {
      await file.chmod(mode)
      if (!(await isInPlace())) throw partReplaced(path)
      try {
        if (overwrite) {
          await refuseUnlessReplaceable(target)
          renameSync(path, target)
        } else if (!moveIfAbsent(path, target)) throw existsAlready(target)
      } catch (error) {
        throw hasCode(error, 'ENOENT') ? partReplaced(path) : error
      }
      isPlaced = true
      note.remove()
    },
    async close() {
      try {
        await keeping
        if (isPlaced) return
        if (!(await isInPlace())) note.remove()
        else if (watch.bytes === 0) discard()
        // What it fails with was thrown by an earlier call.
        else await keep().catch(() => {})
      } finally {
        await file.close()
        await note.close()
      }
    },
  }
}

const partReplaced = (path: string) =>
  badTarget(`${path} was removed or replaced by another program.`, 'Let only one program write there.')
