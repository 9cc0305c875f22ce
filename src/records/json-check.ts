import type { FormatReader } from './format-check.ts'
import { createJsonScanner, isBlank } from './json-scanner.ts'

/** A JSON document proves by itself that it is whole: whatever it began is closed, and nothing stands behind it. */
export function createJsonCheck(): FormatReader {
  const scanner = createJsonScanner()
  // Go writes `null` for a list of nothing.
  let isNull = true
  let matched = 0
  return {
    read(chunk) {
      for (let at = 0; at < chunk.length && isNull; at++) {
        const byte = chunk[at] as number
        const isAround = matched === 0 || matched === nullWord.length
        if (!isAround || !isBlank(byte)) isNull = byte === nullWord[matched++]
      }
      scanner.read(chunk)
    },
    end() {
      if (isNull && matched === nullWord.length) return { isProven: true, isBroken: false, records: 0 }
      const isProven = scanner.state === 'closed'
      return { isProven, isBroken: !isProven, records: scanner.elements }
    },
  }
}

const nullWord = [0x6e, 0x75, 0x6c, 0x6c]
