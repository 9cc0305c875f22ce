import type { ExportFormat } from '../../src/job.ts'
import { createFormatReader } from '../../src/records/format-reader.ts'
import type { Value } from '../../src/records/values.ts'

/** What a reader finds in chunks: each value as a text, why it need not read on, and what the file shows. */
export function readAll(format: ExportFormat | undefined, chunks: Iterable<Uint8Array>) {
  const reader = createFormatReader(format)
  const found: (string | undefined)[] = []
  const note = (values: readonly Value[]) => {
    for (const value of values)
      found.push(value && new TextDecoder('utf-8', { ignoreBOM: true }).decode(value))
  }
  for (const chunk of chunks) {
    // A copy, which is overwritten afterwards as one that is read into again: nothing may be kept of it.
    const copy = chunk.slice()
    note(reader.read(copy))
    copy.fill(0x22)
    // The file might end here, and does not: that it was asked changes nothing.
    if (chunk.length < 1_000) reader.end()
  }
  const { values, verdict } = reader.end()
  note(values)
  return { found, problem: reader.problem, verdict }
}
