import { comma, isBlank, lineFeed, quote, type ValueReader } from './values.ts'

/**
 * Counts the rows of CSV, and yields none of them: the file has at most that many records. CSV never proves that it is
 * complete. It is broken if it ends inside quotes, and ragged if its last row has fewer fields than its first: it may
 * have been cut there, or have been written like that.
 */
export function createCsvReader(): ValueReader {
  const checkText = createTextCheck()
  let isText = true
  let isQuoted = false
  // A quote opens a field only at its beginning; elsewhere it is an ordinary character.
  let isFieldStart = true
  let isRowBlank = true
  let isAfterReturn = false
  let rows = 0
  const first = { commas: 0, semicolons: 0, tabs: 0, hasDigit: false }
  let header = { separator: comma, count: 0 }
  let count = 0
  let lastCount = 0

  /** The most frequent separator of the first row, and how often it occurs. */
  const readHeader = () => {
    const { commas, semicolons, tabs } = first
    const most = Math.max(commas, semicolons, tabs)
    return { separator: most === commas ? comma : most === semicolons ? semicolon : tab, count: most }
  }

  const endRow = () => {
    if (rows === 0 && !isRowBlank) {
      header = readHeader()
      count = header.count
    }
    // In a single column, a blank line is an empty value.
    if (!isRowBlank || (rows > 0 && header.count === 0)) {
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
        // A second quote, which stands for one character, opens the field again.
        isFieldStart = true
      } else if (byte === lineFeed || byte === carriageReturn) {
        if (byte === carriageReturn || !isAfterReturn) endRow()
      } else {
        isRowBlank = false
        // In tab-separated files, a quote is an ordinary character.
        if (byte === quote && header.separator !== tab) isQuoted = isFieldStart
        isFieldStart = byte === comma || byte === semicolon || byte === tab
        if (rows === 0) readFirst(byte)
        else if (byte === header.separator) count++
      }
      isAfterReturn = byte === carriageReturn
    }
  }

  // Nine times as fast: without quotes, only the number of rows and the last row matter.
  const readPlain = (chunk: Uint8Array): boolean => {
    if (isQuoted || rows === 0 || (header.separator !== tab && chunk.includes(quote))) return false
    const end = chunk.lastIndexOf(lineFeed)
    const before = end > 0 ? chunk.lastIndexOf(lineFeed, end - 1) : -1
    if (before === -1) return false
    const start = chunk.indexOf(lineFeed)
    readBytes(chunk.subarray(0, start + 1))
    for (let at = start; at < before; ) {
      at = chunk.indexOf(lineFeed, at + 1)
      const isBlankRow =
        chunk[at - 1] === lineFeed || (chunk[at - 1] === carriageReturn && chunk[at - 2] === lineFeed)
      if (!isBlankRow || header.count === 0) rows++
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
      if (!isText) return { values: [], evidence: { isProven: false, isBroken: false } }
      const { separator, count: expected } = rows === 0 ? readHeader() : header
      const lastRow = isRowBlank ? lastCount : rows === 0 ? expected : count
      const total = rows + Number(!isRowBlank)
      const isBroken = isQuoted && separator !== tab
      const isRagged = lastRow < expected || undefined
      const isOnlyHeader = total === 1 && expected > 0 && !first.hasDigit
      // In a tab-separated first row, a quote has hidden what follows.
      const records = isOnlyHeader ? 0 : isQuoted && !isBroken ? undefined : total
      return { values: [], evidence: { isProven: false, isBroken, isRagged, records } }
    },
    problem: undefined,
  }
}

/**
 * Checks whether single bytes can show quotes and rows, which they cannot in UTF-16 and binary files. The first bytes of
 * the file decide; a NUL further on is an ordinary character.
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
