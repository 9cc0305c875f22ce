import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { hasCode } from './file-errors.ts'
import { removeNow } from './move-file.ts'

/** A small JSON object on disk that one run leaves for the next. */
export interface NoteFile {
  readonly path: string
  /** As read, or as last written. */
  readonly content: Readonly<Record<string, unknown>>
  write(content: Readonly<Record<string, unknown>>): Promise<void>
  /** Waits until what was written would outlast a crash of the machine. */
  sync(): Promise<void>
  remove(): void
  close(): Promise<void>
}

// Constants that are missing on Windows count as 0.
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants
const largest = 64 * 1024

/**
 * Opens a note that an earlier run has left.
 *
 * @param kind - what the `kind` in it must be
 * @returns `absent`; or `foreign` for whatever this user's earlier run cannot have written: a link, another user's
 * file, one that is no JSON. An empty file counts as a note without content: its run ended as it began.
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
  if (content) return toNote(path, file, content)
  await file.close()
  return 'foreign'
}

/**
 * Writes a new note, readable by its owner only.
 *
 * @returns undefined when there is a file already
 */
export async function createNote(
  path: string,
  content: Readonly<Record<string, unknown>>,
): Promise<NoteFile | undefined> {
  let file: FileHandle
  try {
    file = await open(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR, 0o600)
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return undefined
    throw error
  }
  const note = toNote(path, file, {})
  await note.write(content)
  return note
}

async function readOwn(file: FileHandle, kind: string): Promise<Record<string, unknown> | undefined> {
  const stat = await file.stat()
  const { size, nlink, uid } = stat
  if (!stat.isFile() || nlink !== 1 || uid !== (process.getuid?.() ?? uid) || size > largest) return undefined
  if (size === 0) return {}
  try {
    const content: unknown = JSON.parse(await file.readFile('utf8'))
    return (content as Record<string, unknown> | null)?.kind === kind ? { ...(content as object) } : undefined
  } catch {
    return undefined
  }
}

function toNote(path: string, file: FileHandle, read: Readonly<Record<string, unknown>>): NoteFile {
  let content = read
  return {
    path,
    get content() {
      return content
    },
    async write(next) {
      content = next
      // In one call, and never shorter than before: a process that is killed leaves the old text or the new one.
      const text = JSON.stringify(next)
      const { size } = await file.stat()
      await file.write(text.padEnd(size - (Buffer.byteLength(text) - text.length)), 0)
    },
    sync: () => file.sync(),
    remove: () => removeNow(path),
    close: () => file.close(),
  }
}
