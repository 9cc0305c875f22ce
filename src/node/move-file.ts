import { closeSync, linkSync, openSync, renameSync, unlinkSync } from 'node:fs'
import { existsAlready, hasCode } from './file-errors.ts'

// What file systems without hard links answer: FAT, many network and user-space ones.
const noLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK', 'EISDIR', 'EINVAL']

/**
 * Gives a file another name in its folder, unless something has that name already. Where the file system has no hard
 * links, an empty file stands under the name for an instant.
 *
 * Synchronous, as all that comes from here to the end of a download: a process that is killed in between leaves files
 * behind, and so that takes microseconds.
 *
 * @throws ConfigurationError `invalid-option` when the name is taken.
 */
export function moveIfAbsent(from: string, to: string): void {
  try {
    // Unlike rename, it never replaces anything.
    linkSync(from, to)
  } catch (error) {
    if (hasCode(error, 'EEXIST')) throw existsAlready(to)
    if (!hasCode(error, ...noLinks)) throw error
    reserve(to)
    renameSync(from, to)
    return
  }
  removeNow(from)
}

function reserve(path: string): void {
  try {
    closeSync(openSync(path, 'wx'))
  } catch (error) {
    throw hasCode(error, 'EEXIST') ? existsAlready(path) : error
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
