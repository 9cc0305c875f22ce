import { renameSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import type { FormatEvidence } from '../records/integrity.ts'
import { createBufferedWriter } from './buffered-writer.ts'
import {
  type FileId,
  hasCode,
  isSameFile,
  moveIfAbsent,
  readAll,
  readFileId,
  removeNow,
  toFileKey,
} from './file-system.ts'
import type { NoteFile } from './note-file.ts'
import { createPartContent, type PartContent, readChecksum } from './part-content.ts'
import type { FileVersion, PartOwner } from './part-note.ts'
import { badTarget, existsAlready, refuseUnlessReplaceable } from './target.ts'

/** The first bytes of a file, on disk beside its final name. */
export type PartialFile = Awaited<ReturnType<typeof createPartialFile>>

/** An open part and what an earlier call has left in it. */
export interface OpenPart {
  readonly path: string
  readonly id: FileId
  readonly file: FileHandle
  readonly note: NoteFile
  readonly owner: PartOwner
  readonly version: FileVersion
  readonly content: PartContent
}

// In ms. A process that is killed loses what arrived since.
const saveEvery = 250

export async function createPartialFile(part: OpenPart) {
  const { path, id, file, note, owner } = part
  const { vendor, server, ref } = owner
  let { version, content } = part
  let writer = createBufferedWriter(file, content.bytes)
  // What is on the disk even after a power failure: the next call resumes from there.
  let saved = sizeAndChecksum(content)
  let savedAt = performance.now()
  let saving: Promise<void> | undefined
  let isRefused = false
  let isPlaced = false

  // Neither a URL nor a secret.
  const writeNote = () =>
    note.write({
      vendor,
      server,
      ref,
      ...version,
      ...(saved.bytes > 0 && saved),
      ...(isRefused && { isRefused }),
    })
  await writeNote()

  const save = async () => {
    const current = sizeAndChecksum(content)
    await writer.flush()
    await file.datasync()
    saved = current
    await writeNote()
  }

  // Runs while the download goes on. If it fails, so does the next write or flush.
  const saveInBackground = async () => {
    await save().catch(() => {})
    savedAt = performance.now()
    saving = undefined
  }

  const isInPlace = async () => {
    const there = await readFileId(path)
    return there !== undefined && isSameFile(there, id)
  }

  return {
    path,
    /** See {@link toFileKey}. */
    key: toFileKey(id),
    get version(): FileVersion {
      return version
    },
    /** How many bytes were received. */
    get bytes(): number {
      return content.bytes
    },
    /** Of all bytes that were received. */
    get checksum(): number {
      return content.checksum
    },
    /** Discards the bytes, to begin with another version. */
    async restart(fresh: FileVersion): Promise<void> {
      await saving
      await writer.flush()
      version = fresh
      content = createPartContent(fresh)
      saved = sizeAndChecksum(content)
      // Before the bytes go: a note must never claim more bytes than there are.
      await writeNote()
      await file.truncate(0)
      writer = createBufferedWriter(file, 0)
    },
    /** Adds what only the answer with the rest of the file said about the version. */
    async update(known: FileVersion): Promise<void> {
      await saving
      version = known
      await writeNote()
    },
    /** Appends bytes, which may wait in memory for the disk. */
    write(chunk: Uint8Array): Promise<void> {
      content.update(chunk)
      const written = writer.write(chunk)
      if (!saving && performance.now() - savedAt >= saveEvery) saving = saveInBackground()
      return written
    },
    /** Flushes the file to the disk (`fsync`), so that it survives a power failure. */
    sync: (): Promise<void> => file.sync(),
    /** Whether the file, once all bytes are written, has the length and the checksum of what was received. */
    async isAsWritten(): Promise<boolean> {
      await writer.flush()
      const { size } = await file.stat()
      return size === content.bytes && (await readChecksum(file, size)) === content.checksum
    },
    /** What the bytes show, as if the file ended here. */
    evidence: (): FormatEvidence => content.evidence(),
    /** Reads the file from the disk: not by its path, which may lead to another file by now. See {@link readAll}. */
    read: (): AsyncIterable<Uint8Array> => readAll(file),
    /** Makes the next call start over. */
    async refuse(): Promise<void> {
      await saving
      isRefused = true
      await writeNote()
    },
    /** Gives the file its final name and its permissions. */
    async moveTo(target: string, { overwrite, mode }: { overwrite: boolean; mode: number }): Promise<void> {
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
    /** Keeps the part for the next call, or removes it if it is empty. */
    async close(): Promise<void> {
      try {
        await saving
        if (isPlaced) return
        if (!(await isInPlace())) note.remove()
        else if (content.bytes === 0) {
          removeNow(path)
          note.remove()
        }
        // An earlier call has thrown already what this fails with.
        else await save().catch(() => {})
      } finally {
        await file.close()
        await note.close()
      }
    },
  }
}

const sizeAndChecksum = ({ bytes, checksum }: PartContent) => ({ bytes, checksum })

const partReplaced = (path: string) =>
  badTarget(
    `${path} was removed or replaced by another program.`,
    'Make sure that only one program writes there.',
  )
