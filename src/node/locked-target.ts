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
  /** @throws ConfigurationError `invalid-option` when the file exists and must stay. */
  refuseExisting(): Promise<void>
  release(): Promise<void>
}

/** @throws ConfigurationError `invalid-option` when another run works on it. */
export async function lockTarget({ path, isFolder }: Target, overwrite: boolean): Promise<LockedTarget> {
  let file = isFolder ? undefined : path
  let lock = isFolder ? undefined : await lockFile(path)
  return {
    get path() {
      return file
    },
    async takeName(name) {
      const named = join(path, name)
      await checkFile(named, partSuffix)
      lock = await lockFile(named)
      file = named
      return named
    },
    async refuseExisting() {
      if (file !== undefined && (await refuseUnlessReplaceable(file)) && !overwrite) throw existsAlready(file)
    },
    async release() {
      await lock?.release()
    },
  }
}

async function lockFile(path: string): Promise<FileLock> {
  const lock = await lockPath(`${path}.part.lock`, path)
  try {
    await removePlacedPart(path)
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
