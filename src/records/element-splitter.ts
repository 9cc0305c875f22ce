import { createMarkSkipper } from './byte-order-mark.ts'
import { createJsonScanner } from './json-scanner.ts'
import type { ValueSplitter } from './line-splitter.ts'
import { createPieces } from './pieces.ts'

/**
 * Finds the elements of a JSON array in the bytes of a file. Its `read` throws a SyntaxError for a document that is
 * no array, and for what stands behind it.
 */
export function createElementSplitter(): ValueSplitter {
  const scanner = createJsonScanner()
  const skipMark = createMarkSkipper()
  const pieces = createPieces()
  let count = 0
  return {
    *read(bytes) {
      const chunk = skipMark(bytes)
      const ends: number[] = []
      scanner.read(chunk, (end) => ends.push(end))
      let start = 0
      for (const end of ends) {
        const element = pieces.take(chunk.subarray(start, end))
        // It begins with what stands before it: the bracket of the array, or a comma.
        const before = count++ === 0 ? openArray : comma
        yield element?.subarray(element.indexOf(before) + 1)
        start = end
      }
      if (scanner.state === 'broken' || scanner.isOther) throw new SyntaxError('no array')
      if (scanner.state !== 'closed') pieces.add(chunk.subarray(start))
    },
    *rest() {},
    get isTooLong() {
      return pieces.isTooLong
    },
  }
}

const comma = 0x2c
const openArray = 0x5b
