import { constants } from 'node:fs'
import { type FileHandle, lstat, open, unlink } from 'node:fs/promises'
import { hasCode, isOwn, isSameFile, readAll, readFileId, removeNow } from './file-system.ts'
import { createFileWatch } from './file-watch.ts'
import { createNote, type NoteFile, openNote } from './note-file.ts'
import { isOf, type PartOwner, readVersion } from './part-note.ts'
import { createPartialFile, type PartialFile, type Resumed } from './partial-file.ts'
import { existsAlready } from './target.ts'

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants
const mostParts = 100
const noteKind = 'export-jobs/download'

/** The longest that is added to the name of a file for its part, its note and its lock. */
export const partSuffix = '.part.json'

/**
 * Opens the part of a target: the one that an earlier call has left, if it is one of the same export to which bytes
 * can be added; else an empty one. Whatever else lies under its name stays there, and the part gets another one.
 * The caller holds the lock of the target.
 */
export async function openPartialFile(target: string, owner: PartOwner): Promise<PartialFile> {
  for (let count = 0; count < mostParts; count++) {
    const path = `${target}${count === 0 ? '' : `.${count}`}.part`
    const note = await openNoteOf(path, owner)
    if (!note) continue
    const part = await openBeside(path, note, owner).catch(async (error) => {
      await note.close()
      throw error
    })
    if (part) return part
    await note.close()
  }
  throw existsAlready(`${target}.part`)
}

/** Removes what a run has left that was killed between giving a file its name and removing its note. */
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

async function openNoteOf(path: string, owner: PartOwner): Promise<NoteFile | undefined> {
  const note = await openNote(`${path}.json`, noteKind)
  if (note === 'foreign') return undefined
  if (note !== 'absent') return note
  if (await readFileId(path)) return undefined
  return createNote(`${path}.json`, noteKind, { ...owner })
}

async function openBeside(path: string, note: NoteFile, owner: PartOwner): Promise<PartialFile | undefined> {
  const file = await openPart(path)
  if (!file) return undefined
  try {
    const id = await readFileId(path)
    if (id) return await createPartialFile({ path, id, file, note, owner }, await readPart(file, note, owner))
  } catch (error) {
    await file.close()
    throw error
  }
  await file.close()
  return undefined
}

// With its note ours, the part is, too, unless it is no file of ours at all.
async function openPart(path: string): Promise<FileHandle | undefined> {
  const there = await lstat(path).catch(() => undefined)
  if (there && (!there.isFile() || !isOwn(there.uid))) return undefined
  // Under another name somebody keeps it: that file must not grow.
  if (there && there.nlink > 1) await unlink(path)
  try {
    const flags = there?.nlink === 1 ? 0 : O_CREAT | O_EXCL
    return await open(path, flags | O_NOFOLLOW | O_NONBLOCK | O_RDWR, 0o600)
  } catch (error) {
    if (hasCode(error, 'EEXIST', 'ENOENT', 'ELOOP', 'EACCES')) return undefined
    throw error
  }
}

/** What the part holds that bytes can be added to; without bytes where there is no such thing. */
async function readPart(file: FileHandle, { content }: NoteFile, owner: PartOwner): Promise<Resumed> {
  const told = content && isOf(content, owner) ? content : {}
  const version = readVersion(told)
  const bytes = Number(told.bytes)
  if (version && bytes > 0 && bytes <= (version.size ?? bytes)) {
    // What a run that was killed has written behind may be lost, or half on the disk.
    await file.truncate(Math.min(bytes, (await file.stat()).size))
    const watch = createFileWatch(version.format)
    for await (const chunk of readAll(file)) watch.update(chunk)
    if (watch.bytes === bytes && watch.checksum === told.checksum) return { version, watch }
  }
  await file.truncate(0)
  return { version: {}, watch: createFileWatch(undefined) }
}
