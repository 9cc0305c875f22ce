import { ConfigurationError } from '../errors.ts'

/** Whether an error of Node's file system has one of these codes. */
export const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  codes.includes((error as NodeJS.ErrnoException | undefined)?.code ?? '')

/** @returns the error for a target that cannot be written */
export const badTarget = (message: string, advice: string): ConfigurationError =>
  new ConfigurationError('invalid-option', message, undefined, advice)

/** @returns the error for a target that exists and must not be replaced */
export const existsAlready = (path: string): ConfigurationError =>
  badTarget(`${path} is there already.`, 'Choose another name, or set overwrite (--overwrite in a shell).')

/** @returns the error for a part that another program has removed or replaced */
export const partReplaced = (path: string): ConfigurationError =>
  badTarget(`${path} was removed or replaced by another program.`, 'Let only one program write there.')
