import { dirname, join } from 'node:path'
import { existsAlready } from './file-errors.ts'
import { acquireLock, type FileLock } from './file-lock.ts'
import { partSuffix, removePlacedPart } from './find-part.ts'
import { cannotWrite, checkFile, refuseUnlessReplaceable, type Target } from './target.ts'

/** A target that no other run works on until it is released. */
export interface LockedTarget {
  /** The file. Absent for a folder, until the vendor has given the name. */
  readonly path: string | undefined
  /** Takes a name in the folder. @returns the path of the file */
  takeName(name: string): Promise<string>
  release(): Promise<void>
}

/** @throws ConfigurationError `invalid-option` when another run works on it, or the file exists and must stay. */
export async function lockTarget({ path, isFolder }: Target, overwrite: boolean): Promise<LockedTarget> {
  let file = isFolder ? undefined : path
  let lock = isFolder ? undefined : await lockFile(path, overwrite)
  return {
    get path() {
      return file
    },
    async takeName(name) {
      const named = join(path, name)
      await checkFile(named, partSuffix)
      lock = await lockFile(named, overwrite)
      file = named
      return named
    },
    async release() {
      await lock?.release()
    },
  }
}

async function lockFile(path: string, overwrite: boolean): Promise<FileLock> {
  const lock = await lockPath(`${path}.part.lock`, path)
  try {
    await removePlacedPart(path)
    if ((await refuseUnlessReplaceable(path)) && !overwrite) throw existsAlready(path)
    return lock
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** Takes a lock beside a target, which shows whether the folder can be written to. */
export async function lockPath(path: string, subject: string): Promise<FileLock> {
  try {
    return await acquireLock(path, subject)
  } catch (error) {
    throw cannotWrite(dirname(path), error)
  }
}
