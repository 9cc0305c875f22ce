import { ConfigurationError } from '../index.ts'
import { sanitizeForTerminal } from './text.ts'

// Read by everybody on the machine (`ps`), and kept in the shell's history. A value may be glued to it.
const secretName = /-(?:api)?(token|key|secret|password|authorization|bearer)/i

/**
 * Refuses credentials on the command line, before anything could repeat them.
 *
 * @throws ConfigurationError `invalid-option`, which repeats nothing but what kind of credential it is.
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
 * What is wrong with a command line, without what was given: an unknown option may be a credential that is glued to
 * its name, and what follows it a credential in its place.
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
  // The word may hold anything, a quotation mark and a line break too.
  const [quoted = '', ...suggestion] = text.slice(start.length).split('\n(Did')
  const name = nameOf(quoted.replace(/'$/, ''))
  return [isName(name) ? `${what} '${name}'` : what, ...suggestion].join('\n(Did')
}

const nameOf = (word: string): string => (/^-[^-]/.test(word) ? word.slice(0, 2) : word.replace(/=.*/s, ''))

// Few credentials are a few words of small letters.
const isName = (text: string): boolean =>
  /^(?:-[a-zA-Z]|(?:--)?[a-z]+(?:-[a-z]+)*)$/.test(text) && text.length <= 20

/** The one of some words that was probably meant: at most two letters away, and fewer than half of them. */
export function nearestWord(given: string, words: readonly string[]): string | undefined {
  const word = given.toLowerCase()
  const [nearest] = words
    .map((each) => ({ each, distance: distanceOf(word, each) }))
    .filter(({ each, distance }) => distance <= 2 && distance < each.length / 1.5)
    .sort((a, b) => a.distance - b.distance)
  return nearest?.each
}

// Damerau's: letters that were added, left out, mistaken, or typed in the wrong order.
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
