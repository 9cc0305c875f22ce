/** The most that is read of an answer, decoded: 8 MiB. */
export const bodyLimit = 8 * 1024 * 1024

/** A body, read to its end. */
export interface ReadBody {
  readonly text: string
  /** Bytes, decoded. */
  readonly size: number
}

/**
 * Reads a body as text, decoded from whatever it was compressed with.
 *
 * @param limit - bytes; a longer body is cancelled
 * @param patience - ms; of a body that takes longer, what has come
 * @returns undefined when it is longer than that
 */
export async function readText(
  response: Response,
  limit: number,
  patience?: number,
): Promise<ReadBody | undefined> {
  if (!response.body) return { text: '', size: 0 }
  const reader = response.body.getReader()
  // A body that is let go reads as one that has ended.
  const timer = patience === undefined ? undefined : setTimeout(() => discard(reader), patience)
  const parts: Uint8Array[] = []
  let size = 0
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      size += part.value.byteLength
      if (size > limit) {
        await discard(reader)
        return undefined
      }
      parts.push(part.value)
    }
  } finally {
    clearTimeout(timer)
  }
  // In one go, which is a great deal quicker than bit by bit.
  return { text: decoder.decode(parts.length === 1 ? parts[0] : concat(parts, size)), size }
}

const decoder = new TextDecoder()

function concat(parts: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size)
  let end = 0
  for (const part of parts) {
    whole.set(part, end)
    end += part.byteLength
  }
  return whole
}

/** Lets go of a body that nobody reads: it would hold its socket. */
export async function discard(body: { cancel(): Promise<void> } | null): Promise<void> {
  await body?.cancel().catch(() => {})
}
