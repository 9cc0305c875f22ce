import type { ExportFormat } from '../job.ts'
import { createMarkSkipper } from './byte-order-mark.ts'
import { createCsvCheck } from './csv-check.ts'
import { createJsonCheck } from './json-check.ts'
import { isBlank } from './json-scanner.ts'
import { createLinesCheck } from './lines-check.ts'

/** Watches the bytes of a file go by and tells at the end whether its format shows that it is whole. */
export interface FormatCheck {
  /** Never throws. The chunk may be used again afterwards. */
  read(chunk: Uint8Array): void
  end(): FormatVerdict
}

/** What the bytes of a file show by themselves. */
export interface FormatVerdict {
  /** The format itself proves that nothing is missing: a JSON document that has closed. */
  readonly isProven: boolean
  /** Something is missing or is no part of the file: JSON that has not closed, a last line that is no JSON, CSV that ends inside quotes. */
  readonly isBroken: boolean
  /** Nothing but blanks. */
  readonly isEmpty: boolean
  /** Lines that begin with a brace, rows, or elements of a JSON array: there are no more records than that. */
  readonly records?: number | undefined
}

/** What one format shows; whether the file is empty is seen for all of them alike. */
export interface FormatReader {
  read(chunk: Uint8Array): void
  end(): Omit<FormatVerdict, 'isEmpty'>
}

const readers = { json: createJsonCheck, jsonl: createLinesCheck, csv: createCsvCheck }

/** @param format - of a file of another format, nothing is shown but whether it is empty */
export function createFormatCheck(format: ExportFormat | undefined): FormatCheck {
  const reader = format && readers[format]()
  const skipMark = createMarkSkipper()
  let isEmpty = true
  return {
    read(chunk) {
      const text = skipMark(chunk)
      isEmpty &&= text.every(isBlank)
      reader?.read(text)
    },
    end() {
      if (isEmpty) return { isProven: false, isBroken: false, isEmpty, records: 0 }
      return { isEmpty, ...(reader?.end() ?? { isProven: false, isBroken: false }) }
    },
  }
}
