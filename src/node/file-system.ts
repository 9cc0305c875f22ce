import { closeSync, linkSync, lstatSync, openSync, renameSync, unlinkSync } from 'node:fs'
import { type FileHandle, lstat } from 'node:fs/promises'

/** Whether an error of Node's file system has one of these codes. */
export const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  codes.includes((error as NodeJS.ErrnoException | undefined)?.code ?? '')

/** Whether a file's owner is this user. On systems without owners, always true. */
export const isOwn = (uid: number): boolean => uid === (process.getuid?.() ?? uid)

/** Identifies a file even if another one takes its name. */
export interface FileId {
  readonly dev: bigint
  readonly ino: bigint
  readonly birthtimeNs: bigint
}

/** @returns the identity of what is at a path now, without following links; undefined if nothing is */
export async function readFileId(path: string): Promise<FileId | undefined> {
  return lstat(path, { bigint: true }).catch(() => undefined)
}

/**
 * Whether two identities are of one file. Both must be read by path: on Windows, those of a path and of an open handle
 * differ. They may also be 0 there; then the time of creation decides.
 */
export function isSameFile(one: FileId, other: FileId): boolean {
  if (one.ino && other.ino) return one.ino === other.ino && one.dev === other.dev
  return one.birthtimeNs === other.birthtimeNs
}

/**
 * Identifies a file among those of its folder, for a note that a later process reads: the file keeps this when it is
 * renamed. Without the number of the device, which a restart of the machine may change.
 */
export const toFileKey = ({ ino, birthtimeNs }: FileId): string => String(ino || birthtimeNs)

// Errors of file systems without hard links: FAT, many network and user-space ones.
const noLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK', 'EISDIR', 'EINVAL']

/**
 * Renames a file in its folder, unless the new name is taken. On a file system without hard links, an empty file has the
 * new name for an instant.
 *
 * Synchronous, as are the steps after it: a process that is killed in between leaves files behind, so that window must
 * be short.
 *
 * @returns `false` if the name is taken
 */
export function moveIfAbsent(from: string, to: string): boolean {
  try {
    // Unlike rename, link never replaces a file.
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

/** Removes a file, if it exists. */
export function removeNow(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
}

/** @returns a function that removes the file that is at a path now, unless another one has taken its name by then */
export function removerOf(path: string): () => void {
  const read = () => lstatSync(path, { bigint: true, throwIfNoEntry: false })
  const id = read()
  return () => {
    const there = read()
    if (id && there && isSameFile(id, there)) removeNow(path)
  }
}

// In bytes.
const readAtOnce = 512 * 1024

/** Reads a file from its beginning, and reads ahead. A chunk is valid until the next one is requested. */
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
    // A caller that stops early may close the file, so no read may be pending.
    await next.catch(() => {})
  }
}
