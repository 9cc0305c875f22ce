import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { serverOf } from '../internal/client.ts'
import { copyOwn } from '../internal/options.ts'
import { hasCode, isOwn, removerOf } from './file-system.ts'

/** What a note holds. */
export type NoteContent = Readonly<Record<string, unknown>>

/** A small JSON object on disk that one run leaves for the next. */
export interface NoteFile {
  /** What an earlier run wrote; undefined if another version of the format wrote it. */
  readonly content: NoteContent | undefined
  write(content: NoteContent): Promise<void>
  /** Flushes the note to the disk (`fsync`), so that it survives a power failure. */
  sync(): Promise<void>
  /**
   * Removes the note, unless it was replaced: a run that was suspended for so long that another one took over must not
   * remove that one's note.
   */
  remove(): void
  close(): Promise<void>
}

// Constants that Windows lacks count as 0.
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants
const largest = 64 * 1024
// Of the format of all notes; each note holds it, beside its kind.
const version = 1

/**
 * Opens a note that an earlier run has left.
 *
 * @param kind - the `kind` that it must have
 * @returns `absent`; or `foreign` for what no earlier run of this user can have written: a link, another user's file, a
 * file that is not JSON. An empty file counts as an empty note: its run was killed before it wrote.
 */
export async function openNote(path: string, kind: string): Promise<NoteFile | 'absent' | 'foreign'> {
  let file: FileHandle
  try {
    file = await open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 'absent'
    if (hasCode(error, 'ELOOP', 'EMLINK', 'EISDIR', 'EACCES', 'EPERM', 'ENXIO', 'ETXTBSY')) return 'foreign'
    throw error
  }
  const content = await readOwn(file, kind)
  if (content !== 'foreign') return toNote(path, file, kind, content)
  await file.close()
  return 'foreign'
}

/**
 * Creates a note that only its owner can read.
 *
 * @returns undefined if the file exists
 */
export async function createNote(
  path: string,
  kind: string,
  content: NoteContent,
): Promise<NoteFile | undefined> {
  let file: FileHandle
  try {
    file = await open(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR, 0o600)
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return undefined
    throw error
  }
  const note = toNote(path, file, kind, {})
  try {
    await note.write(content)
    return note
  } catch (error) {
    note.remove()
    await note.close()
    throw error
  }
}

async function readOwn(file: FileHandle, kind: string): Promise<NoteContent | 'foreign' | undefined> {
  const stat = await file.stat()
  const { size, nlink, uid } = stat
  if (!stat.isFile() || nlink !== 1 || !isOwn(uid) || size > largest) return 'foreign'
  if (size === 0) return {}
  try {
    const content = copyOwn<NoteContent>(JSON.parse(await file.readFile('utf8')))
    if (content.kind !== kind) return 'foreign'
    return content.version === version ? content : undefined
  } catch {
    return 'foreign'
  }
}

function toNote(path: string, file: FileHandle, kind: string, content: NoteContent | undefined): NoteFile {
  return {
    content: content && copyOwn(content),
    async write(next) {
      // In one call and never shorter than before, so that a killed process leaves the old text or the new one.
      const text = JSON.stringify({ kind, version, ...next })
      const { size } = await file.stat()
      await file.write(text.padEnd(size - (Buffer.byteLength(text) - text.length)), 0)
    },
    sync: () => file.sync(),
    remove: removerOf(path),
    close: () => file.close(),
  }
}

/** Distinguishes the servers of one vendor in a note, which holds no URL. Undefined for a client of the user's own. */
export function hashOfServer(client: object): string | undefined {
  const server = serverOf(client)
  return server === undefined ? undefined : createHash('sha256').update(server).digest('hex').slice(0, 32)
}
