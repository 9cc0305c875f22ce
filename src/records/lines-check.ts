import type { FormatReader } from './format-check.ts'
import { isBlank, openObject } from './json-scanner.ts'
import { createLineSplitter } from './line-splitter.ts'
import { parseValue } from './parse-value.ts'

/** JSON Lines never prove that they are whole: a file may end after any of its lines. */
export function createLinesCheck(): FormatReader {
  const splitter = createLineSplitter()
  let records = 0
  let last: Uint8Array | undefined

  const note = (lines: Iterable<Uint8Array | undefined>): boolean => {
    const before = records
    for (const line of lines) {
      if (line === undefined || line.find((byte) => !isBlank(byte)) === openObject) records++
      last = line
    }
    return records > before
  }

  return {
    read(chunk) {
      // The chunk is its owner's.
      if (note(splitter.read(chunk))) last = last?.slice()
    },
    end() {
      note(splitter.rest())
      return { isProven: false, isBroken: last !== undefined && !isJson(last), records }
    },
  }
}

function isJson(line: Uint8Array): boolean {
  try {
    parseValue(line)
    return true
  } catch {
    return false
  }
}
