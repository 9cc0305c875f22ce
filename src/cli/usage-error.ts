import { sanitizeForTerminal } from './text.ts'

/**
 * What is wrong with a command line, without what was given: an unknown option may be a credential that is glued to
 * its name, and what follows it a credential in its place.
 */
export function describeUsageError(message: string): string {
  const text = withoutUnknownWord(message.trim().replace(/^error: /, ''))
    .replace(/^(option '[^']*') argument '.*' is invalid\./s, '$1: invalid value.')
    .replace(/^command-argument value '.*' is invalid for argument '(\w+)'\./s, '<$1>: unknown value.')
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
