import { createJsonReader } from './json-reader.ts'
import { createLineReader } from './line-reader.ts'
import { isJson } from './parse-value.ts'
import { createPieces, isBlank, lineFeed, openObject, type Value, type ValueReader } from './values.ts'

/**
 * Reads a file that only its name calls JSON: many stores keep JSON Lines under such a name. It is JSON Lines if its
 * first line is a complete object and another object follows, otherwise JSON.
 */
export function createGuessedJsonReader(): ValueReader {
  const json = createJsonReader()
  const lines = createLineReader()
  const firstLine = createPieces()
  let reader: ValueReader | undefined
  let hasBegun = false
  let hasEnded = false
  // The first line, once it is complete.
  let head: Value

  const isLines = () => reader === lines

  /** @returns the index at which the chunk shows which format it is */
  const decide = (chunk: Uint8Array): number => {
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number
      if (head) {
        if (isBlank(byte)) continue
        reader = byte === openObject ? lines : json
        return at
      }
      if (byte === lineFeed && hasBegun) {
        head = firstLine.take(chunk.subarray(0, at))
        if (head && isJson(head)) {
          head = head.slice()
          continue
        }
        reader = json
        return at
      }
      if (hasBegun || isBlank(byte)) continue
      hasBegun = true
      if (byte !== openObject) reader = json
      if (reader) return at
    }
    if (!head) firstLine.add(chunk)
    return chunk.length
  }

  return {
    read(chunk) {
      if (reader) return reader.read(chunk)
      const at = decide(chunk)
      // Until it is decided, the JSON reader reads along; of an object it yields no values.
      if (!head || !isLines()) return json.read(chunk)
      return [head, newLine, chunk.subarray(at)].flatMap((piece) => lines.read(piece))
    },
    end() {
      hasEnded = true
      const { values, evidence } = (reader ?? json).end()
      // One object on one line may be the first of many lines.
      return { values, evidence: reader ? evidence : { ...evidence, isProven: false } }
    },
    get problem() {
      return (reader ?? (hasEnded ? json : undefined))?.problem
    },
  }
}

const newLine = Uint8Array.of(lineFeed)
