import type { FileHandle } from 'node:fs/promises'
import { createSampleChecksum, sampledRanges } from './checksum.ts'

const readAtOnce = 512 * 1024

/** The checksum of what is on the disk: see `createChecksum`. */
export async function readSamples(file: FileHandle, size: number): Promise<number> {
  const checksum = createSampleChecksum()
  for (const [start, end] of sampledRanges(0, size)) {
    const { buffer, bytesRead } = await file.read(new Uint8Array(end - start), 0, end - start, start)
    checksum.update(buffer.subarray(0, bytesRead))
  }
  return checksum.value
}

/** Reads a file from its beginning, the next chunk while one is looked at, which is valid until then. */
export async function* readAll(file: FileHandle): AsyncGenerator<Uint8Array> {
  const buffers = [new Uint8Array(readAtOnce), new Uint8Array(readAtOnce)] as const
  let position = 0
  let next: Promise<{ readonly bytesRead: number }> = file.read(buffers[0], 0, readAtOnce, 0)
  try {
    for (let count = 0; ; count++) {
      const { bytesRead } = await next
      const buffer = buffers[count % 2] as Uint8Array
      if (bytesRead === 0) return
      position += bytesRead
      next = file.read(buffers[(count + 1) % 2] as Uint8Array, 0, readAtOnce, position)
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    // Who stops in the middle may close the file.
    await next.catch(() => {})
  }
}
