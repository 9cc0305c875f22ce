import type { ValueSplitter } from '../../src/records/line-splitter.ts'

/** What a splitter finds in chunks, each value as a text. */
export function splitAll(splitter: ValueSplitter, chunks: Iterable<Uint8Array>): (string | undefined)[] {
  const found: (string | undefined)[] = []
  const note = (values: Iterable<Uint8Array | undefined>) => {
    for (const value of values)
      found.push(value && new TextDecoder('utf-8', { ignoreBOM: true }).decode(value))
  }
  for (const chunk of chunks) {
    // A copy, which is overwritten afterwards: nothing may be kept of it.
    const copy = chunk.slice()
    note(splitter.read(copy))
    copy.fill(0)
  }
  note(splitter.rest())
  return found
}
