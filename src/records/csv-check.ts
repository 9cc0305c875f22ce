import type { FormatReader } from './format-check.ts'

/**
 * CSV never proves that it is whole. It is broken where it ends inside quotes, or where its last row has fewer fields
 * than its first: it was cut there, or something else was written behind it.
 */
export function createCsvCheck(): FormatReader {
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

  return {
    read(chunk) {
      for (const byte of chunk) {
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
    },
    end() {
      endRow()
      return { isProven: false, isBroken: isQuoted || lastCommas < firstCommas, records: rows }
    },
  }
}

const tab = 0x09
const lineFeed = 0x0a
const carriageReturn = 0x0d
const quote = 0x22
const comma = 0x2c
const semicolon = 0x3b
