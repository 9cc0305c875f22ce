import { createArrayReader } from './json.ts'

/** One record of an export, as the vendor wrote it. */
export type ExportRecord = Readonly<Record<string, unknown>>

/** Finds the records in the bytes of a file. */
export interface RecordParser {
  /**
   * @returns the values that the chunk has completed
   * @throws SyntaxError, or another error, for what is malformed
   */
  read(chunk: Uint8Array): Iterable<unknown>
  /**
   * The file has ended.
   *
   * @param isWhole - it is known to have come to its end, and was not cut
   * @returns the last values; undefined when the file breaks off in the middle
   */
  end(isWhole: boolean): Iterable<unknown> | undefined
}

/** Reads JSON Lines, a value a line. */
export function createLineParser(): RecordParser {
  const decoder = new TextDecoder()
  let rest = ''
  return {
    *read(chunk) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = lines.pop() as string
      for (const line of lines) {
        if (line.trim() !== '') yield JSON.parse(line)
      }
    },
    end(isWhole) {
      const last = (rest + decoder.decode()).trim()
      if (last === '') return []
      // Of a file that may have been cut, a last line that happens to parse is no record.
      return isWhole ? [JSON.parse(last)] : undefined
    },
  }
}

/** Reads a JSON array, a value an element. */
export async function createArrayParser(): Promise<RecordParser> {
  const reader = await createArrayReader()
  return { read: reader.read, end: () => (reader.isWhole ? [] : undefined) }
}
