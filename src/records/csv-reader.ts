import { comma, lineFeed, quote, type ValueReader } from './values.ts'

/**
 * Counts the rows of CSV, and gives none of them. CSV never proves that it is whole. It is broken where it ends inside quotes, or where its last row has fewer fields
 * than its first: it was cut there, or something else was written behind it.
 */
export function createCsvReader(): ValueReader {
  let isText = true
  let isQuoted = false
  // A quote opens a field at its beginning only; elsewhere it is a character.
  let isFieldStart = true
  let isRowBlank = true
  let commas = 0
  let rows = 0
  let firstCommas = 0
  let lastCommas = 0

  const endRow = () => {
    if (!isRowBlank) {
      lastCommas = commas
      if (rows++ === 0) firstCommas = commas
    }
    commas = 0
    isFieldStart = true
    isRowBlank = true
  }

  const readBytes = (chunk: Uint8Array) => {
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number
      if (byte === lineFeed && !isQuoted) endRow()
      else if (byte === quote && isQuoted) {
        isQuoted = false
        // A second one, which stands for a quote, opens the field again.
        isFieldStart = true
      } else if (isQuoted) continue
      else if (byte === quote) {
        isQuoted = isFieldStart
        isRowBlank = false
      } else if (byte !== carriageReturn) {
        isFieldStart = byte === comma || byte === semicolon || byte === tab
        isRowBlank = false
        if (byte === comma) commas++
      }
    }
  }

  // Without a quote, all that matters is how many rows there are and what the last one is: a loop over that is quicker.
  const readPlain = (chunk: Uint8Array): boolean => {
    if (isQuoted || rows === 0 || chunk.includes(quote)) return false
    const end = chunk.lastIndexOf(lineFeed)
    const before = end > 0 ? chunk.lastIndexOf(lineFeed, end - 1) : -1
    if (before === -1) return false
    const first = chunk.indexOf(lineFeed)
    readBytes(chunk.subarray(0, first + 1))
    for (let at = first + 1; at <= before; at++) {
      if (chunk[at] !== lineFeed) continue
      const isBlank =
        chunk[at - 1] === lineFeed || (chunk[at - 1] === carriageReturn && chunk[at - 2] === lineFeed)
      if (!isBlank) rows++
    }
    readBytes(chunk.subarray(before + 1))
    return true
  }

  return {
    read(chunk) {
      // UTF-16, or no text at all: what is a quote or a row there, single bytes do not show.
      isText &&= !chunk.includes(0)
      if (isText && !readPlain(chunk)) readBytes(chunk)
      return []
    },
    end() {
      if (!isText) return { values: [], verdict: { isProven: false, isBroken: false } }
      endRow()
      const isBroken = isQuoted || lastCommas < firstCommas
      return { values: [], verdict: { isProven: false, isBroken, records: rows } }
    },
    problem: undefined,
  }
}

const tab = 0x09
const carriageReturn = 0x0d
const semicolon = 0x3b
