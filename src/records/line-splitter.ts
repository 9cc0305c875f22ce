import { isBlank } from './json-scanner.ts'
import { createPieces } from './pieces.ts'

/** Finds the values in the bytes of a file, each as the bytes that it is written in. */
export interface ValueSplitter {
  /** @returns the values that the chunk completes, valid as long as the chunk is; undefined for one that is too long */
  read(chunk: Uint8Array): Generator<Uint8Array | undefined>
  /** @returns what the end of the file completes */
  rest(): Generator<Uint8Array | undefined>
  /** The value that is under way is too long already. */
  readonly isTooLong: boolean
}

/** Finds the lines that are not blank, in linear time however long they are. */
export function createLineSplitter(): ValueSplitter {
  const pieces = createPieces()

  function* endLine(last: Uint8Array) {
    const line = pieces.take(last)
    if (!line?.every(isBlank)) yield line
  }

  return {
    *read(chunk) {
      let start = 0
      for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
        yield* endLine(chunk.subarray(start, end))
        start = end + 1
      }
      pieces.add(chunk.subarray(start))
    },
    rest: () => endLine(new Uint8Array()),
    get isTooLong() {
      return pieces.isTooLong
    },
  }
}

const lineFeed = 0x0a
