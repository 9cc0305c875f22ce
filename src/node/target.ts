import { constants, type Stats } from 'node:fs'
import { access, lstat, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { ConfigurationError } from '../errors.ts'
import { assertOption } from '../internal/options.ts'
import { hasCode } from './file-system.ts'

/** Where to save: a file, or a folder that is to hold a file of the vendor's name. */
export interface Target {
  readonly path: string
  readonly isFolder: boolean
}

const longestName = 255
const isWindows = process.platform === 'win32'

/** @returns the error for a target that cannot be written */
export const badTarget = (message: string, advice: string): ConfigurationError =>
  new ConfigurationError('invalid-option', message, undefined, advice)

/** @returns the error for a target that exists and must not be replaced */
export const existsAlready = (path: string): ConfigurationError =>
  badTarget(`${path} is there already.`, 'Choose another name, or set overwrite (--overwrite in a shell).')

/**
 * Checks all that can be known of a target before anything is asked of a vendor, but whether the file exists.
 *
 * @param longestSuffix - of the files that are written beside it
 * @throws ConfigurationError `invalid-option`, with what to do.
 */
export async function checkTarget(to: unknown, longestSuffix: string): Promise<Target> {
  assertOption(typeof to === 'string' && to !== '', 'to must be a file, or a folder ending in "/".')
  if (to.includes('\0')) throw badTarget('to contains a NUL character.', 'Choose another name.')
  const isFolder = endsAsFolder(to)
  if (isFolder) await checkFolder(to)
  else await checkFile(to, longestSuffix)
  return { path: to, isFolder }
}

/** Whether a path is written as a folder. A backslash is a part of a name anywhere but on Windows. */
export const endsAsFolder = (to: string, onWindows = isWindows): boolean =>
  to.endsWith('/') || (onWindows && to.endsWith('\\'))

/** As {@link checkTarget}, of a file. */
export async function checkFile(path: string, longestSuffix: string): Promise<void> {
  const room = longestName - longestSuffix.length
  const name = basename(path)
  if (Buffer.byteLength(name) > room) {
    const message = `The name of the file has ${Buffer.byteLength(name)} bytes, and at most ${room} are possible.`
    throw badTarget(message, 'Choose a shorter name.')
  }
  // Before the folder: "." and ".." are folders themselves.
  await refuseUnlessReplaceable(path)
  await checkFolder(dirname(resolve(path)))
}

/**
 * @returns whether there is a file
 * @throws ConfigurationError `invalid-option` for a folder, a link, a device and whatever else is no regular file.
 */
export async function refuseUnlessReplaceable(path: string): Promise<boolean> {
  const there = await lstat(path).catch((error) => {
    // What is wrong with the folder is said of the folder.
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP')) return undefined
    throw cannotWrite(path, error)
  })
  if (!there || there.isFile()) return there !== undefined
  if (there.isDirectory())
    throw badTarget(
      `${path} is a folder.`,
      'Name the file in it; or end with "/", for the name that the vendor gives.',
    )
  throw badTarget(`${path} is ${kindOf(there)}, and only a regular file is replaced.`, 'Choose another name.')
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
  badTarget(`The folder ${path} does not exist.`, 'Create it first, or choose another.')

/** @returns the error for a place where nothing can be written, or the error itself where that is not the reason */
export function cannotWrite(path: string, error: unknown): unknown {
  if (hasCode(error, 'ENOTDIR')) return badTarget(`${path} is not a folder.`, 'Choose a folder that exists.')
  if (hasCode(error, 'ENAMETOOLONG'))
    return badTarget(`${path} is too long for a name.`, 'Choose a shorter one.')
  if (hasCode(error, 'ELOOP')) return badTarget(`${path} leads through links to itself.`, 'Choose another.')
  if (hasCode(error, 'EACCES', 'EPERM', 'EROFS', 'ENOENT'))
    return badTarget(`${path} cannot be written to.`, 'Change its permissions, or choose another.')
  return error
}
