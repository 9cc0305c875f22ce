import { createJsonReader } from './json-reader.ts'
import { createLineReader } from './line-reader.ts'
import { isJson } from './parse-value.ts'
import { createPieces, isBlank, lineFeed, openObject, type Value, type ValueReader } from './values.ts'

/**
 * Reads a file that only its name calls JSON: many stores write JSON Lines under such a name. It is JSON Lines when its
 * first line is an object by itself and another object begins behind it, and JSON otherwise.
 */
export function createGuessedJsonReader(): ValueReader {
  const json = createJsonReader()
  const lines = createLineReader()
  const firstLine = createPieces()
  let reader: ValueReader | undefined
  let hasBegun = false
  // The first line, once it is over.
  let head: Value

  const isLines = () => reader === lines

  /** @returns where the chunk shows which of them it is */
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
      // Of an object, JSON has no values.
      if (!head || !isLines()) return json.read(chunk)
      return [head, newLine, chunk.subarray(at)].flatMap((piece) => lines.read(piece))
    },
    end() {
      if (reader) return reader.end()
      reader = json
      const { values, verdict } = json.end()
      // One object on one line may be the first of many.
      return { values, verdict: { ...verdict, isProven: false } }
    },
    get problem() {
      return reader?.problem
    },
  }
}

const newLine = Uint8Array.of(lineFeed)
