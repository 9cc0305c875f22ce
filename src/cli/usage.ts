import { ConfigurationError } from '../index.ts'
import { sanitizeForTerminal } from './text.ts'

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
    throw new ConfigurationError(
      'invalid-option',
      `No option takes credentials (${kind.toLowerCase()}): other users of this machine can read a command line.`,
      undefined,
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
  const [nearest] = words
    .map((each) => ({ each, distance: distanceOf(word, each) }))
    .filter(({ each, distance }) => distance <= 2 && distance < each.length / 1.5)
    .sort((a, b) => a.distance - b.distance)
  return nearest?.each
}

// The Damerau–Levenshtein distance: letters that are inserted, deleted, replaced or swapped.
function distanceOf(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY
  for (let row = 1; row <= a.length; row++) {
    rows[row] = [row]
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1]
      const isSwapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      rows[row]?.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + Number(!isSame),
          isSwapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
  }
  return at(a.length, b.length)
}
