/** The bytes of a text in two chunks, cut at every place in turn; and in single bytes. */
export function* everyCut(text: string): Generator<Uint8Array[]> {
  const bytes = new TextEncoder().encode(text)
  for (let at = 0; at <= bytes.length; at++) yield [bytes.slice(0, at), bytes.slice(at)]
  yield Array.from(bytes, (byte) => Uint8Array.of(byte))
}

/** A body whose chunks come on demand, and a record of what was done with it. */
export function bodyOf(chunks: Iterable<Uint8Array | string>, fails?: Error) {
  const left = chunks[Symbol.iterator]()
  const seen = { cancelled: false, pulled: 0 }
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const { done, value } = left.next()
        seen.pulled++
        if (!done) controller.enqueue(typeof value === 'string' ? new TextEncoder().encode(value) : value)
        else if (fails) controller.error(fails)
        else controller.close()
      },
      cancel() {
        seen.cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { body, seen }
}
