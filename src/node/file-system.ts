import { closeSync, linkSync, openSync, renameSync, unlinkSync } from 'node:fs'
import { type FileHandle, lstat } from 'node:fs/promises'

/** Whether an error of Node's file system has one of these codes. */
export const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  codes.includes((error as NodeJS.ErrnoException | undefined)?.code ?? '')

/** Whether an owner is this user. Where the system knows no owners, everything is. */
export const isOwn = (uid: number): boolean => uid === (process.getuid?.() ?? uid)

/** What tells a file from another one that has taken its name. */
export interface FileId {
  readonly dev: bigint
  readonly ino: bigint
  readonly birthtimeNs: bigint
}

/** @returns the identity of what has a name now, links not followed; undefined where there is nothing */
export async function readFileId(path: string): Promise<FileId | undefined> {
  return lstat(path, { bigint: true }).catch(() => undefined)
}

/**
 * Whether two identities are one file's. Both must have been read by name: what Windows tells of a name and of an open
 * file differs, and may be 0, where the time of creation is left.
 */
export function isSameFile(one: FileId, other: FileId): boolean {
  if (one.ino && other.ino) return one.ino === other.ino && one.dev === other.dev
  return one.birthtimeNs === other.birthtimeNs
}

// What file systems without hard links answer: FAT, many network and user-space ones.
const noLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK', 'EISDIR', 'EINVAL']

/**
 * Gives a file another name in its folder, unless something has that name already. Where the file system has no hard
 * links, an empty file stands under the name for an instant.
 *
 * Synchronous, as all that comes from here to the end of a download: a process that is killed in between leaves files
 * behind, and so that takes microseconds.
 *
 * @returns `false` when the name is taken
 */
export function moveIfAbsent(from: string, to: string): boolean {
  try {
    // Unlike rename, it never replaces anything.
    linkSync(from, to)
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    if (!hasCode(error, ...noLinks)) throw error
    if (!reserve(to)) return false
    renameSync(from, to)
    return true
  }
  removeNow(from)
  return true
}

function reserve(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx'))
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

/** Removes a file of ours; it may be gone already. */
export function removeNow(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
}

// In bytes.
const readAtOnce = 512 * 1024

/** Reads a file from its beginning, the next chunk while one is looked at, which is valid until then. */
export async function* readAll(file: FileHandle): AsyncGenerator<Uint8Array> {
  const buffers = [new Uint8Array(readAtOnce), new Uint8Array(readAtOnce)] as const
  let position = 0
  let next: Promise<{ readonly bytesRead: number }> = file.read(buffers[0], 0, readAtOnce, 0)
  try {
    for (let count = 0; ; count++) {
      const { bytesRead } = await next
      const buffer = buffers[count % 2] as Uint8Array
      if (bytesRead === 0) return
      position += bytesRead
      next = file.read(buffers[(count + 1) % 2] as Uint8Array, 0, readAtOnce, position)
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    // Who stops in the middle may close the file.
    await next.catch(() => {})
  }
}
