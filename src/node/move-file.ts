import { link, open, rename, unlink } from 'node:fs/promises'
import { existsAlready, hasCode } from './file-errors.ts'

// What file systems without hard links answer: FAT, many network and user-space ones.
const noLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK', 'EISDIR', 'EINVAL']

/**
 * Gives a file another name in its folder, unless something has that name already. Where the file system has no hard
 * links, an empty file stands under the name for an instant.
 *
 * @throws ConfigurationError `invalid-option` when the name is taken.
 */
export async function moveIfAbsent(from: string, to: string): Promise<void> {
  try {
    // Unlike rename, it never replaces anything.
    await link(from, to)
  } catch (error) {
    if (hasCode(error, 'EEXIST')) throw existsAlready(to)
    if (!hasCode(error, ...noLinks)) throw error
    await reserve(to)
    await rename(from, to)
    return
  }
  // Another run may have seen that both are one file, and have done so.
  await unlink(from).catch((error) => {
    if (!hasCode(error, 'ENOENT')) throw error
  })
}

async function reserve(path: string): Promise<void> {
  try {
    await (await open(path, 'wx')).close()
  } catch (error) {
    throw hasCode(error, 'EEXIST') ? existsAlready(path) : error
  }
}
