import { isJson } from './parse-value.ts'
import { createPieces, isBlank, lineFeed, openObject, type Value, type ValueReader } from './values.ts'

/**
 * Finds the lines that are not blank, in linear time however long they are. JSON Lines never prove that they are whole:
 * a file may end after any of its lines. They are broken where the last one is no JSON.
 */
export function createLineReader(): ValueReader {
  const pieces = createPieces()
  let records = 0
  let last: Value

  const endLine = (rest: Uint8Array, lines: Value[]) => {
    const line = pieces.take(rest)
    const first = line?.find((byte) => !isBlank(byte))
    if (line && first === undefined) return
    if (!line || first === openObject) records++
    last = line
    lines.push(line)
  }

  return {
    read(chunk) {
      const lines: Value[] = []
      let start = 0
      for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
        endLine(chunk.subarray(start, end), lines)
        start = end + 1
      }
      pieces.add(chunk.subarray(start))
      // The chunk is its owner's.
      if (lines.length > 0) last = last?.slice()
      return lines
    },
    end() {
      const values: Value[] = []
      endLine(new Uint8Array(), values)
      return { values, verdict: { isProven: false, isBroken: last !== undefined && !isJson(last), records } }
    },
    get problem() {
      return pieces.isTooLong ? 'too-long' : undefined
    },
  }
}
