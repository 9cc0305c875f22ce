import type { ExportFormat } from '../job.ts'
import { lineFeed, openObject, quote } from '../records/values.ts'
import { createChecksum } from './checksum.ts'

/** Watches a file being written, cheaply: how long it is, what it hashes to, and whether it may end where it does. */
export interface FileWatch {
  update(chunk: Uint8Array): void
  readonly bytes: number
  /** See {@link createChecksum}. */
  readonly checksum: number
  /**
   * Whether nothing speaks against a whole file. `false` says nothing by itself: it is to be read once more, closely.
   *
   * @param totalRecords - as many as the vendor counted
   */
  looksWhole(totalRecords: number | undefined): boolean
}

// A last line that is longer is looked at closely.
const tailLength = 16 * 1024

/** @param format - CSV or JSON Lines; of a file of another format, nothing can be said */
export function createFileWatch(format: ExportFormat | undefined): FileWatch {
  // Quotes tell in CSV whether it ends inside some, line feeds in JSON Lines how many records there are.
  const counted = format === 'csv' ? quote : format === 'jsonl' ? lineFeed : undefined
  const checksum = createChecksum()
  let isText = true
  let count = 0
  let isLineStart = true
  let bytes = 0
  let head = Buffer.alloc(0)
  let tail = Buffer.alloc(0)

  return {
    get bytes() {
      return bytes
    },
    get checksum() {
      return checksum.value
    },
    update(chunk) {
      checksum.update(chunk)
      const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      // UTF-16, or no text at all: single bytes show nothing there.
      isText &&= !buffer.includes(0)
      if (isText && counted !== undefined)
        for (let at = buffer.indexOf(counted); at !== -1; at = buffer.indexOf(counted, at + 1))
          if (format === 'csv' || buffer[at + 1] === openObject) count++
      // A record begins with a brace: a blank line is none.
      if (isLineStart && buffer[0] === openObject && format === 'jsonl') count++
      isLineStart = buffer.at(-1) === lineFeed
      if (head.length < tailLength) head = Buffer.concat([head, buffer.subarray(0, tailLength)])
      const last = buffer.subarray(-tailLength)
      tail =
        last.length === tailLength ? Buffer.from(last) : Buffer.concat([tail, last]).subarray(-tailLength)
      bytes += chunk.length
    },
    looksWhole(totalRecords = 0) {
      if (!isText) return false
      const isAll = bytes <= tailLength
      const text = tail.toString('latin1')
      const end = text.trimEnd()
      if (end === '') return false
      if (format === 'jsonl') {
        const lastLine = /\n([^\n]*)$/.exec(end)?.[1] ?? (isAll ? end : '')
        return isJson(lastLine) && count >= totalRecords
      }
      // How many rows there are, quotes hide.
      if (format !== 'csv' || totalRecords > 0 || count % 2 !== 0) return false
      const first = countFields(head.toString('latin1'), isAll)
      return first !== undefined && first === countFields(reverse(text), isAll)
    },
  }
}

const reverse = (text: string): string => text.split('').reverse().join('')

/**
 * @param isAll - nothing is behind the text
 * @returns how many fields the first row of CSV has, which may be read backwards; undefined where it has no end
 */
function countFields(text: string, isAll: boolean): number | undefined {
  const [before, row = ''] = /^[\r\n]*((?:[^"\n]|"[^"]*")*)/.exec(text) as RegExpExecArray
  const isEnded = text[before.length] === '\n' || (isAll && before.length === text.length)
  return isEnded ? row.replaceAll(/"[^"]*"/g, '').split(',').length : undefined
}

// Read as single bytes, text of another alphabet is other text, but JSON all the same.
function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
