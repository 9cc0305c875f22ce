import type { FormatReader } from './format-check.ts'
import { createJsonScanner } from './json-scanner.ts'

/** A JSON document proves by itself that it is whole: whatever it began is closed, and nothing stands behind it. */
export function createJsonCheck(): FormatReader {
  const scanner = createJsonScanner()
  // The whole of a short document: Go writes `null` for a list of nothing.
  let text = ''
  return {
    read(chunk) {
      if (text.length < 16) text += String.fromCharCode(...chunk.subarray(0, 16))
      scanner.read(chunk)
    },
    end() {
      if (text.trim() === 'null') return { isProven: true, isBroken: false, records: 0 }
      const isProven = scanner.state === 'closed'
      return { isProven, isBroken: !isProven, records: scanner.elements }
    },
  }
}
