import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { ConfigurationError } from '../index.ts'

const largest = 65_536

/**
 * Makes a token function that reads a file, at once and anew whenever the vendor refused the token.
 *
 * @param path - of the file, which only its owner may read
 * @param name - the environment variable that named it, for errors
 * @throws ConfigurationError `invalid-option`, at once for a file that cannot be, later from the function.
 */
export function tokenFile(path: string, name: string): (request: { readonly refresh: boolean }) => string {
  let token = readToken(path, name)
  return ({ refresh }) => {
    if (refresh) token = readToken(path, name)
    return token
  }
}

function readToken(path: string, name: string): string {
  const invalid = (why: string) => new ConfigurationError('invalid-option', `The file in ${name} ${why}.`)
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    throw invalid(`cannot be opened (${(error as NodeJS.ErrnoException).code})`)
  }
  try {
    // Of the open file, so that it cannot be exchanged between the look and the reading.
    const { mode, size } = fstatSync(file)
    if ((mode & 0o170000) !== 0o100000) throw invalid('is not a file')
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      const shown = (mode & 0o777).toString(8).padStart(4, '0')
      throw invalid(
        `can be read by others (mode ${shown}): chmod 600 it, and renew the token if others use this machine`,
      )
    }
    if (size > largest) throw invalid('is too large for a token')
    const token = readFileSync(file, 'utf8').trim()
    if (token === '') throw invalid('is empty')
    return token
  } finally {
    closeSync(file)
  }
}
