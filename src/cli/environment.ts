import { accessSync, closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import type { ConfigurationError, Token } from '../index.ts'
import { checkToken } from '../vendor/index.ts'
import { usageError } from './usage.ts'

/** The environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the variables of one vendor, by their names without the prefix. An empty variable counts as not set, as many CI
 * systems set what is missing to ''.
 *
 * @param prefix - what the names of its variables begin with, without the `_`
 */
export function readEnvironment(environment: Environment, prefix: string) {
  const value = (name: string): string | undefined => environment[`${prefix}_${name}`] || undefined
  const secret = (name: string): string | undefined => {
    const file = value(`${name}_FILE`)
    return value(name) ?? (file === undefined ? undefined : readSecretFile(file, `${prefix}_${name}_FILE`))
  }
  /** The token, its file, or one that is made from two credentials. */
  const token = (pair?: [string, string], make?: (first: string, second: string) => Token): Token => {
    const file = value('TOKEN_FILE')
    const given = value('TOKEN') ?? (file && tokenFile(file, `${prefix}_TOKEN_FILE`))
    if (given !== undefined) return given
    const [first, second] = pair?.map(secret) ?? []
    if (make && first !== undefined && second !== undefined) return make(first, second)
    const names = pair?.map((name) => `${prefix}_${name}`) ?? []
    if ((first ?? second) !== undefined) throw missing(`${names[first === undefined ? 0 : 1]} is not set`)
    const others = pair ? `, or ${names.join(' and ')}` : ''
    throw missing(
      `No credential: set ${prefix}_TOKEN, or ${prefix}_TOKEN_FILE to a file of mode 600${others}`,
    )
  }
  return { value, secret, token }
}

/** The error for a variable that is not set. */
export const missing = (what: string): ConfigurationError =>
  usageError(`${what}.`, 'See: export-jobs help environment.')

const largest = 65_536

/**
 * Creates a token function from a file. It reads the file at once, and again after the vendor refused the token.
 *
 * @param path - of the file; links are followed
 * @param name - the environment variable that named it, for errors
 * @throws ConfigurationError `invalid-option`, at once for a file that cannot be used, later from the function.
 */
export function tokenFile(path: string, name: string): (request: { readonly refresh: boolean }) => string {
  let token = readSecretFile(path, name)
  return ({ refresh }) => {
    if (refresh) token = readSecretFile(path, name)
    return token
  }
}

/**
 * Reads a credential from a file. Only its owner may be able to write it. Other users may be able to read it only where
 * an orchestrator manages the file, as Docker and Kubernetes do with secrets: it belongs to another user, or its mode or
 * its mount is read-only.
 *
 * @param path - of the file; links are followed
 * @param name - the environment variable that named it, for errors
 * @throws ConfigurationError `invalid-option` for a file that cannot be used.
 */
export function readSecretFile(path: string, name: string): string {
  const invalid = (why: string, advice?: string) =>
    usageError(`The file in ${name}, ${path}, ${why}.`, advice)
  const attempt = <Result>(verb: string, action: () => Result): Result => {
    try {
      return action()
    } catch (error) {
      throw invalid(`cannot be ${verb} (${(error as NodeJS.ErrnoException).code})`)
    }
  }

  // Without O_NONBLOCK, opening a named pipe blocks until somebody writes to it. Windows has neither.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)
  const file = attempt('opened', () => openSync(path, flags))
  try {
    // `fstat`, not `stat`: the file cannot be replaced between the check and the read.
    const stats = fstatSync(file)
    if (!stats.isFile()) throw invalid('is not a regular file', `Set ${name.replace(/_FILE$/, '')} instead.`)
    if (process.platform !== 'win32') {
      const mode = (stats.mode & 0o777).toString(8).padStart(4, '0')
      if ((stats.mode & 0o022) !== 0)
        throw invalid(`can be changed by other users (mode ${mode})`, `Run chmod 600 on it.`)
      if ((stats.mode & 0o044) !== 0 && !isManaged(stats, path)) {
        const advice = 'Run chmod 600 on it, and renew the credential if other people use this machine.'
        throw invalid(`can be read by other users (mode ${mode})`, advice)
      }
    }
    const buffer = Buffer.alloc(largest + 1)
    const length = attempt('read', () => readSync(file, buffer))
    if (length > largest) throw invalid('is too large for a credential')
    const secret = buffer.toString('utf8', 0, length).trim()
    if (secret === '') throw invalid('is empty')
    try {
      return checkToken(secret, name)
    } catch {
      throw invalid('does not hold a credential, on one line')
    }
  } finally {
    closeSync(file)
  }
}

// An orchestrator chose its mode: the user cannot change it.
function isManaged({ mode, uid }: Stats, path: string): boolean {
  if (uid !== process.geteuid?.() || (mode & 0o222) === 0) return true
  try {
    accessSync(path, constants.W_OK)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS'
  }
}
