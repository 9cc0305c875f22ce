import { comma, isBlank, lineFeed, quote, type ValueReader } from './values.ts'

/**
 * Counts the rows of CSV, and gives none of them: there are no more records than that. CSV never proves that it is
 * whole. It is broken where it ends inside quotes, and ragged where its last row has fewer fields than its first: it was
 * cut there, or that is how it is.
 */
export function createCsvReader(): ValueReader {
  const checkText = createTextCheck()
  let isText = true
  let isQuoted = false
  // A quote opens a field at its beginning only; elsewhere it is a character.
  let isFieldStart = true
  let isRowBlank = true
  let isAfterReturn = false
  let rows = 0
  const first = { commas: 0, semicolons: 0, tabs: 0, hasDigit: false }
  // What separates most in the first row, and how often.
  let separator = comma
  let firstCount = 0
  let count = 0
  let lastCount = 0

  const endRow = () => {
    if (rows === 0 && !isRowBlank) {
      const { commas, semicolons, tabs } = first
      firstCount = Math.max(commas, semicolons, tabs)
      separator = firstCount === commas ? comma : firstCount === semicolons ? semicolon : tab
      count = firstCount
    }
    // In a single column, a blank line is an empty value.
    if (!isRowBlank || (rows > 0 && firstCount === 0)) {
      rows++
      lastCount = count
    }
    count = 0
    isFieldStart = true
    isRowBlank = true
  }

  const readFirst = (byte: number) => {
    if (byte === comma) first.commas++
    else if (byte === semicolon) first.semicolons++
    else if (byte === tab) first.tabs++
  }

  const readBytes = (chunk: Uint8Array) => {
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number
      if (rows === 0) first.hasDigit ||= byte >= zero && byte <= nine
      if (isQuoted) {
        if (byte !== quote) continue
        isQuoted = false
        // A second one, which stands for a quote, opens the field again.
        isFieldStart = true
      } else if (byte === lineFeed || byte === carriageReturn) {
        if (byte === carriageReturn || !isAfterReturn) endRow()
      } else {
        isRowBlank = false
        // Where tabs separate, a quote is a character.
        if (byte === quote && separator !== tab) isQuoted = isFieldStart
        isFieldStart = byte === comma || byte === semicolon || byte === tab
        if (rows === 0) readFirst(byte)
        else if (byte === separator) count++
      }
      isAfterReturn = byte === carriageReturn
    }
  }

  // Without a quote, all that matters is how many rows there are and what the last one is: a loop over that is quicker.
  const readPlain = (chunk: Uint8Array): boolean => {
    if (isQuoted || rows === 0 || (separator !== tab && chunk.includes(quote))) return false
    const end = chunk.lastIndexOf(lineFeed)
    const before = end > 0 ? chunk.lastIndexOf(lineFeed, end - 1) : -1
    if (before === -1) return false
    const start = chunk.indexOf(lineFeed)
    readBytes(chunk.subarray(0, start + 1))
    for (let at = start + 1; at <= before; at++) {
      if (chunk[at] !== lineFeed) continue
      const isBlankRow =
        chunk[at - 1] === lineFeed || (chunk[at - 1] === carriageReturn && chunk[at - 2] === lineFeed)
      if (!isBlankRow || firstCount === 0) rows++
    }
    readBytes(chunk.subarray(before + 1))
    return true
  }

  return {
    read(chunk) {
      isText = checkText(chunk)
      if (isText && !readPlain(chunk)) readBytes(chunk)
      return []
    },
    end() {
      if (!isText) return { values: [], verdict: { isProven: false, isBroken: false } }
      if (!isRowBlank) endRow()
      const isBroken = isQuoted && separator !== tab
      const isRagged = lastCount < firstCount || undefined
      // Names of columns and nothing else. What a quote has hidden of a first row, nobody knows.
      const isHeader = rows === 1 && firstCount > 0 && !first.hasDigit
      const records = isHeader ? 0 : isQuoted && !isBroken ? undefined : rows
      return { values: [], verdict: { isProven: false, isBroken, isRagged, records } }
    },
    problem: undefined,
  }
}

/**
 * Whether a file is text in which a byte is a character: of UTF-16, and of what is no text at all, single bytes do not
 * show what is a quote or a row. That is seen from its beginning; further on, a NUL is a character.
 */
function createTextCheck(): (chunk: Uint8Array) => boolean {
  let isText = true
  let position = 0
  return (chunk) => {
    for (const byte of chunk.subarray(0, 4 - position)) {
      const isHalf = position++ < 2 && (byte === 0 || byte >= 0xfe)
      if (isHalf || (byte < 0x20 && byte !== 0 && !isBlank(byte))) isText = false
    }
    return isText
  }
}

const tab = 0x09
const carriageReturn = 0x0d
const zero = 0x30
const nine = 0x39
const semicolon = 0x3b
