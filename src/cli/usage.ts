import { ConfigurationError } from '../index.ts'
import { sanitizeForTerminal } from './text.ts'

/** An error of the command line or the environment. */
export const usageError = (message: string, advice?: string): ConfigurationError =>
  new ConfigurationError('invalid-option', message, undefined, advice)

// Other users can see a command line with `ps`, and the shell keeps it in its history. Matches `--tokenVALUE`, too.
const secretName = /-(?:api)?(token|key|secret|password|authorization|bearer)/i

/**
 * Refuses credentials on the command line before an error message could repeat them.
 *
 * @throws ConfigurationError `invalid-option`; its message names only the kind of credential.
 */
export function refuseSecrets(words: readonly string[]): void {
  for (const word of words) {
    if (word === '--') return
    const [name = ''] = word.split('=', 1)
    const [, kind] = (name.startsWith('-') && secretName.exec(name)) || []
    if (kind === undefined) continue
    throw usageError(
      `No option takes credentials (${kind.toLowerCase()}): other users of this machine can read a command line.`,
      'Set the environment variable <VENDOR>_TOKEN, such as TYK_TOKEN, or <VENDOR>_TOKEN_FILE to a file of mode 600. Your shell may keep what you typed in its history.',
    )
  }
}

/**
 * Removes the user's input from commander's error message: a misspelled option may contain a credential, and so may
 * the value after it.
 */
export function describeUsageError(message: string): string {
  const text = withoutUnknownWord(message.trim().replace(/^error: /, ''))
    .replace(/^(option '[^']*') argument '.*' is invalid\./s, '$1: invalid value.')
    .replace(/^command-argument value '.*' is invalid for argument '([\w-]+)'\./s, '<$1>: unknown value.')
  return sanitizeForTerminal(text)
}

function withoutUnknownWord(text: string): string {
  const [start, what] = /^(unknown (?:option|command)) '/.exec(text) ?? []
  if (start === undefined) return text
  // The word may contain anything, even quotation marks and line breaks.
  const [quoted = '', ...suggestion] = text.slice(start.length).split('\n(Did')
  const name = nameOf(quoted.replace(/'$/, ''))
  return [isName(name) ? `${what} '${name}'` : what, ...suggestion].join('\n(Did')
}

const nameOf = (word: string): string => (/^-[^-]/.test(word) ? word.slice(0, 2) : word.replace(/=.*/s, ''))

// Short words of small letters, joined by dashes, are hardly a credential.
const isName = (text: string): boolean =>
  /^(?:-[a-zA-Z]|(?:--)?[a-z]+(?:-[a-z]+)*)$/.test(text) && text.length <= 20

/** The word that was probably meant: at most two typing errors away, and fewer than two thirds of its letters. */
export function nearestWord(given: string, words: readonly string[]): string | undefined {
  const word = given.toLowerCase()
  return [1, 2]
    .map((errors) => words.find((each) => errors < each.length / 1.5 && isWithin(errors, word, each)))
    .find((each) => each !== undefined)
}

// An error is a letter that is inserted, left out or replaced, or two that are swapped.
function isWithin(errors: number, a: string, b: string): boolean {
  if (a === b) return true
  if (a[0] === b[0]) return isWithin(errors, a.slice(1), b.slice(1))
  if (errors === 0) return false
  const isSwapped = a[0] === b[1] && a[1] === b[0]
  return [[1, 0], [0, 1], [1, 1], ...(isSwapped ? [[2, 2]] : [])].some(([inA, inB]) =>
    isWithin(errors - 1, a.slice(inA), b.slice(inB)),
  )
}
