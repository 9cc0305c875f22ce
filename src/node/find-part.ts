import { constants } from 'node:fs'
import { type FileHandle, lstat, open, unlink } from 'node:fs/promises'
import { copyOwn } from '../internal/options.ts'
import { hasCode, isOwn, isSameFile, readAll, readFileId, removeNow } from './file-system.ts'
import { createNote, type NoteFile, openNote } from './note-file.ts'
import { createPartContent, type PartContent } from './part-content.ts'
import { type FileVersion, isOf, type PartOwner, readVersion, unknownVersion } from './part-note.ts'
import { createPartialFile, type PartialFile } from './partial-file.ts'
import { existsAlready } from './target.ts'

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants
const mostParts = 100
const noteKind = 'export-jobs/download'

/** The longest suffix of the files beside a target: its part, note and lock. */
export const partSuffix = '.part.json'

/**
 * Opens the part of a target: what an earlier call has left of the same export, if it can be resumed; otherwise an
 * empty one. A file that is not surely ours stays untouched, and the part gets another name. The caller must hold the
 * lock of the target.
 */
export async function openPartialFile(target: string, owner: PartOwner): Promise<PartialFile> {
  for (let count = 0; count < mostParts; count++) {
    const part = await openPartAt(`${target}${count === 0 ? '' : `.${count}`}.part`, owner)
    if (part) return part
  }
  throw existsAlready(`${target}.part`)
}

/** Cleans up after a run that was killed after it gave a file its name, and before it removed the note. */
export async function removePlacedPart(target: string): Promise<void> {
  const path = `${target}.part`
  const note = await openNote(`${path}.json`, noteKind)
  if (typeof note === 'string') return
  const [part, placed] = [await readFileId(path), await readFileId(target)]
  if (placed && (!part || isSameFile(part, placed))) {
    removeNow(path)
    note.remove()
  }
  await note.close()
}

async function openPartAt(path: string, owner: PartOwner): Promise<PartialFile | undefined> {
  const note = await openNoteOf(path, owner)
  if (!note) return undefined
  let file: FileHandle | undefined
  let part: PartialFile | undefined
  try {
    file = await openPart(path)
    const id = file && (await readFileId(path))
    if (file && id)
      part = await createPartialFile({ path, id, file, note, owner, ...(await readPart(file, note, owner)) })
    return part
  } finally {
    if (!part) {
      await file?.close()
      await note.close()
    }
  }
}

async function openNoteOf(path: string, owner: PartOwner): Promise<NoteFile | undefined> {
  const note = await openNote(`${path}.json`, noteKind)
  if (note === 'foreign') return undefined
  if (note !== 'absent') return note
  if (await readFileId(path)) return undefined
  return createNote(`${path}.json`, noteKind, { ...owner })
}

// If the note is ours, so is the part, unless it is a link, a folder or another user's file.
async function openPart(path: string): Promise<FileHandle | undefined> {
  const there = await lstat(path).catch(() => undefined)
  if (there && (!there.isFile() || !isOwn(there.uid))) return undefined
  // It has a second name, a hard link: the file under that name must not change.
  if (there && there.nlink > 1) await unlink(path)
  try {
    const flags = there?.nlink === 1 ? 0 : O_CREAT | O_EXCL
    return await open(path, flags | O_NOFOLLOW | O_NONBLOCK | O_RDWR, 0o600)
  } catch (error) {
    if (hasCode(error, 'EEXIST', 'ENOENT', 'ELOOP', 'EACCES')) return undefined
    throw error
  }
}

/** Reads what can be resumed; empties the part if nothing can. */
async function readPart(
  file: FileHandle,
  note: NoteFile,
  owner: PartOwner,
): Promise<{ version: FileVersion; content: PartContent }> {
  const noted = copyOwn(note.content && isOf(note.content, owner) ? note.content : undefined)
  const version = readVersion(noted)
  const bytes = Number(noted.bytes)
  if (version && bytes > 0 && bytes <= (version.size ?? bytes)) {
    // What a killed process has written after its last note may be damaged.
    await file.truncate(Math.min(bytes, (await file.stat()).size))
    const content = createPartContent(version)
    for await (const chunk of readAll(file)) content.update(chunk)
    if (content.bytes === bytes && content.checksum === noted.checksum) return { version, content }
  }
  await file.truncate(0)
  return { version: unknownVersion, content: createPartContent(unknownVersion) }
}
