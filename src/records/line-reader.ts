import { isJson } from './parse-value.ts'
import { createPieces, isBlank, lineFeed, openObject, type Value, type ValueReader } from './values.ts'

/**
 * Finds the lines that are not blank, in linear time however long they are. JSON Lines never prove that they are
 * complete, since a file may end after any line. They are broken if the last line is not JSON.
 */
export function createLineReader(): ValueReader {
  const pieces = createPieces()
  let records = 0
  let last: Value

  return {
    read(chunk) {
      const lines: Value[] = []
      let start = 0
      for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
        const line = pieces.take(chunk.subarray(start, end))
        start = end + 1
        if (isBlankLine(line)) continue
        if (isRecord(line)) records++
        lines.push(line)
      }
      pieces.add(chunk.subarray(start))
      // A copy: the caller may reuse the chunk.
      if (lines.length > 0) last = lines.at(-1)?.slice()
      return lines
    },
    end() {
      const rest = pieces.peek()
      if (isBlankLine(rest)) return { values: [], evidence: evidenceOf(last, records) }
      return { values: [rest], evidence: evidenceOf(rest, records + Number(isRecord(rest))) }
    },
    get problem() {
      return pieces.isTooLong ? 'too-long' : undefined
    },
  }
}

const evidenceOf = (last: Value, records: number) => ({
  isProven: false,
  isBroken: last !== undefined && !isJson(last),
  records,
})

const isBlankLine = (line: Value): boolean => line !== undefined && indexOfText(line) === line.length

// A line that is too long to be kept counts as a record.
const isRecord = (line: Value): boolean => !line || line[indexOfText(line)] === openObject

function indexOfText(line: Uint8Array): number {
  let at = 0
  while (at < line.length && isBlank(line[at] as number)) at++
  return at
}
