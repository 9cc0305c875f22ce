import type { ExportFormat } from '../job.ts'
import { lineFeed, openObject, quote } from '../records/values.ts'

/** Watches a file being written, cheaply: whether it may end where it should not. */
export interface QuickCheck {
  update(chunk: Uint8Array): void
  /**
   * Whether nothing speaks against the file. `false` says nothing by itself: it is to be read once more, closely.
   *
   * @param totalRecords - as many as the vendor counted
   */
  looksWhole(totalRecords: number | undefined): boolean
}

// A last line that is longer is looked at closely.
const tailLength = 16 * 1024

/** @param format - CSV or JSON Lines; of a file of another format, nothing can be said */
export function createQuickCheck(format: ExportFormat | undefined): QuickCheck {
  // Quotes tell in CSV whether it ends inside some, line feeds in JSON Lines how many records there are.
  const counted = format === 'csv' ? quote : format === 'jsonl' ? lineFeed : undefined
  let isText = true
  let count = 0
  let isLineStart = true
  let bytes = 0
  let head = Buffer.alloc(0)
  let tail = Buffer.alloc(0)

  return {
    update(chunk) {
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
      if (!isText) return format === 'csv'
      const isAll = bytes <= tailLength
      const end = tail.toString('latin1').trimEnd()
      const lastLine = /\n([^\n]*)$/.exec(end)?.[1] ?? (isAll ? end : undefined)
      if (end === '' || lastLine === undefined) return false
      switch (format) {
        case 'jsonl':
          return isJson(lastLine) && count >= totalRecords
        case 'csv':
          return count % 2 === 0 && commasOf(lastLine) === commasOf(firstLine(head))
        default:
          return false
      }
    },
  }
}

const firstLine = (head: Buffer): string => head.toString('latin1').split('\n', 1)[0] as string
const commasOf = (line: string): number => line.split(',').length

// Read as single bytes, text of another alphabet is other text, but JSON all the same.
function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
