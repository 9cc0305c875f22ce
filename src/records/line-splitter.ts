import { createPieces } from './pieces.ts'

/** Finds the lines in the bytes of a file. */
export interface LineSplitter {
  /** @returns the lines that the chunk ends, without their ends, as long as it is there; undefined for one that is too long */
  read(chunk: Uint8Array): Generator<Uint8Array | undefined>
  /** What stands behind the end of the last line. */
  rest(): Uint8Array | undefined
}

/** Each byte is seen once, however long a line is. */
export function createLineSplitter(): LineSplitter {
  const pieces = createPieces()
  return {
    *read(chunk) {
      let start = 0
      for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
        yield pieces.take(chunk.subarray(start, end))
        start = end + 1
      }
      pieces.add(chunk.subarray(start))
    },
    rest: () => pieces.take(new Uint8Array()),
  }
}

const lineFeed = 0x0a
