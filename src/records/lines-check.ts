import type { FormatReader } from './format-check.ts'
import { isBlank } from './json-scanner.ts'
import { createLineSplitter } from './line-splitter.ts'
import { parseValue } from './parse-value.ts'

/** JSON Lines never prove that they are whole: a file may end after any of its lines. */
export function createLinesCheck(): FormatReader {
  const splitter = createLineSplitter()
  let records = 0
  let last: Uint8Array | undefined

  const note = (line: Uint8Array | undefined) => {
    if (line?.every(isBlank)) return
    records++
    last = line
  }

  return {
    read(chunk) {
      const before = last
      for (const line of splitter.read(chunk)) note(line)
      // The chunk is its owner's.
      if (last !== before) last = last?.slice()
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
