import type { ExportFormat } from '../job.ts'
import { createCsvReader } from './csv-reader.ts'
import { createGuessedJsonReader } from './guessed-json-reader.ts'
import type { FormatEvidence } from './integrity.ts'
import { createJsonReader } from './json-reader.ts'
import { createLineReader } from './line-reader.ts'
import { isBlank, type Value, type ValueReader } from './values.ts'

/** Reads a file as its bytes arrive: see {@link ValueReader}. Never throws. */
export interface FormatReader extends ValueReader {
  end(): { readonly values: readonly Value[]; readonly evidence: FormatEvidence }
}

const readers = { json: createJsonReader, jsonl: createLineReader, csv: createCsvReader }

/**
 * @param format - of another format, no values are found, and the evidence only says whether the file is empty
 * @param isFormatGuessed - see `Download.isFormatGuessed`
 */
export function createFormatReader(format: ExportFormat | undefined, isFormatGuessed = false): FormatReader {
  const create = format === 'json' && isFormatGuessed ? createGuessedJsonReader : createOf(format)
  const reader = create?.()
  const skipMark = createMarkSkipper()
  let isEmpty = true
  return {
    read(chunk) {
      const text = skipMark(chunk)
      isEmpty &&= text.every(isBlank)
      return reader?.read(text) ?? []
    },
    end() {
      const { values, evidence } = reader?.end() ?? unknown
      return { values, evidence: isEmpty ? empty : { ...evidence, isEmpty } }
    },
    get problem() {
      return reader?.problem
    },
  }
}

// A client of the user's own may return any string.
const createOf = (format: ExportFormat | undefined) =>
  format && Object.hasOwn(readers, format) ? readers[format] : undefined

const unknown = { values: [], evidence: { isProven: false, isBroken: false } }
const empty: FormatEvidence = { isProven: false, isBroken: false, isEmpty: true, records: 0 }

const mark = [0xef, 0xbb, 0xbf]

/** Removes the byte order mark from the beginning of a file, even if it is split over chunks. */
function createMarkSkipper(): (chunk: Uint8Array) => Uint8Array {
  let matched = 0
  let isOver = false
  return (chunk) => {
    if (isOver) return chunk
    const before = matched
    let at = 0
    while (matched < mark.length && at < chunk.length && chunk[at] === mark[matched]) {
      at++
      matched++
    }
    isOver = matched === mark.length || at < chunk.length
    if (matched === mark.length || !isOver) return chunk.subarray(at)
    // What matched so far belongs to another character.
    return Uint8Array.from([...mark.slice(0, before), ...chunk])
  }
}
