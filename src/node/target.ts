import { constants, type Stats } from 'node:fs'
import { access, lstat, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { ConfigurationError } from '../errors.ts'
import { assertOption } from '../internal/options.ts'
import { hasCode } from './file-system.ts'

/** Where to save: a file, or a folder for a file that the vendor names. */
export interface Target {
  readonly path: string
  readonly isFolder: boolean
}

const longestName = 255
const isWindows = process.platform === 'win32'

/** @returns the error for a target that cannot be written */
export const badTarget = (message: string, advice: string): ConfigurationError =>
  new ConfigurationError('invalid-option', message, undefined, advice)

/** @returns the error for a file that exists and must not be replaced */
export const existsAlready = (path: string): ConfigurationError =>
  badTarget(`${path} already exists.`, 'Choose another name, or set overwrite (--overwrite in a shell).')

/**
 * Checks everything about a target that can be checked before the first request, except whether the file exists.
 *
 * @param longestSuffix - of the files that are written beside it
 * @throws ConfigurationError `invalid-option`.
 */
export async function checkTarget(to: unknown, longestSuffix: string): Promise<Target> {
  assertOption(typeof to === 'string' && to !== '', 'to must be a file, or a folder ending in "/".')
  if (to.includes('\0')) throw badTarget('to contains a NUL character.', 'Choose another name.')
  const isFolder = endsAsFolder(to)
  if (isFolder) await checkFolder(to)
  else await checkFile(to, longestSuffix)
  return { path: to, isFolder }
}

/** Whether a path ends like a folder. Except on Windows, a backslash is part of a name. */
export const endsAsFolder = (to: string, onWindows = isWindows): boolean =>
  to.endsWith('/') || (onWindows && to.endsWith('\\'))

/** As {@link checkTarget}, for a file. */
export async function checkFile(path: string, longestSuffix: string): Promise<void> {
  const room = longestName - longestSuffix.length
  const name = basename(path)
  if (Buffer.byteLength(name) > room) {
    const message = `The file name has ${Buffer.byteLength(name)} bytes; at most ${room} are allowed.`
    throw badTarget(message, 'Choose a shorter name.')
  }
  // Before the folder is checked, since "." and ".." are folders themselves.
  await refuseUnlessReplaceable(path)
  await checkFolder(dirname(resolve(path)))
}

/**
 * @returns whether the file exists
 * @throws ConfigurationError `invalid-option` for a folder, a link, a device or anything else that is not a regular file.
 */
export async function refuseUnlessReplaceable(path: string): Promise<boolean> {
  const there = await lstat(path).catch((error) => {
    // Then the check of the folder gives the better message.
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP')) return undefined
    throw cannotWrite(path, error)
  })
  if (!there || there.isFile()) return there !== undefined
  if (there.isDirectory())
    throw badTarget(
      `${path} is a folder.`,
      'Add a file name, or end it with "/" to use the file name of the vendor.',
    )
  throw badTarget(`${path} is ${kindOf(there)}; only a regular file can be replaced.`, 'Choose another name.')
}

function kindOf(there: Stats): string {
  if (there.isSymbolicLink()) return 'a symbolic link'
  if (there.isFIFO()) return 'a pipe'
  if (there.isSocket()) return 'a socket'
  return 'a device'
}

async function checkFolder(path: string): Promise<void> {
  try {
    const there = await stat(path)
    if (!there.isDirectory()) throw badTarget(`${path} is not a folder.`, 'Choose a folder that exists.')
    await access(path, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw hasCode(error, 'ENOENT') ? noFolder(path) : cannotWrite(path, error)
  }
}

const noFolder = (path: string) =>
  badTarget(`The folder ${path} does not exist.`, 'Create it first, or choose another folder.')

/** @returns a ConfigurationError that says why a path cannot be written to; for other failures, the error itself */
export function cannotWrite(path: string, error: unknown): unknown {
  if (hasCode(error, 'ENOTDIR')) return badTarget(`${path} is not a folder.`, 'Choose a folder that exists.')
  if (hasCode(error, 'ENAMETOOLONG'))
    return badTarget(`The path ${path} is too long.`, 'Choose a shorter one.')
  if (hasCode(error, 'ELOOP'))
    return badTarget(`The symbolic links of ${path} form a loop.`, 'Choose another path.')
  if (hasCode(error, 'EACCES', 'EPERM', 'EROFS', 'ENOENT'))
    return badTarget(`${path} cannot be written to.`, 'Change its permissions, or choose another path.')
  return error
}
