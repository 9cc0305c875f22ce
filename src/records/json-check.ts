import type { FormatReader } from './format-check.ts'
import { createJsonScanner } from './json-scanner.ts'

/** A JSON document proves by itself that it is whole: whatever it began is closed, and nothing stands behind it. */
export function createJsonCheck(): FormatReader {
  const scanner = createJsonScanner()
  return {
    read: (chunk) => scanner.read(chunk),
    end() {
      const isProven = scanner.state === 'closed'
      return { isProven, isBroken: !isProven, records: scanner.elements }
    },
  }
}
