import type { ExportFormat } from '../../src/job.ts'
import { createFormatReader } from '../../src/records/format-reader.ts'
import type { Value } from '../../src/records/values.ts'

/** Reads chunks: returns each value as text, why reading on is useless, and the evidence. */
export function readAll(format: ExportFormat | undefined, chunks: Iterable<Uint8Array>) {
  const reader = createFormatReader(format)
  const found: (string | undefined)[] = []
  const note = (values: readonly Value[]) => {
    for (const value of values)
      found.push(value && new TextDecoder('utf-8', { ignoreBOM: true }).decode(value))
  }
  for (const chunk of chunks) {
    // A copy that is overwritten afterwards, as a reused buffer would be: the reader must not keep it.
    const copy = chunk.slice()
    note(reader.read(copy))
    copy.fill(0x22)
    // Asking for the evidence must change nothing.
    if (chunk.length < 1_000) reader.end()
  }
  const { values, evidence } = reader.end()
  note(values)
  return { found, problem: reader.problem, evidence }
}
