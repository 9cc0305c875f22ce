import { sanitizeForTerminal } from './text.ts'

/**
 * What is wrong with a command line, without what was given: an unknown option may be a credential that is glued to
 * its name, and what follows it a credential in its place.
 */
export function describeUsageError(message: string): string {
  const text = message
    .trim()
    .replace(/^error: /, '')
    .replace(/^(unknown (?:option|command)) '(.*)'(?=$|\n\(Did)/s, (_, what: string, word: string) =>
      isName(nameOf(word)) ? `${what} '${nameOf(word)}'` : what,
    )
    .replace(/^(option '[^']*') argument '.*' is invalid\./s, '$1: invalid value.')
    .replace(/^command-argument value '.*' is invalid for argument '(\w+)'\./s, '<$1>: unknown value.')
  return sanitizeForTerminal(text)
}

const nameOf = (word: string): string => (/^-[^-]/.test(word) ? word.slice(0, 2) : word.replace(/=.*/s, ''))

// Few credentials are a few words of small letters.
const isName = (text: string): boolean =>
  /^(?:-[a-zA-Z]|(?:--)?[a-z]+(?:-[a-z]+)*)$/.test(text) && text.length <= 20
