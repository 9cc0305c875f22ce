import type { FileHandle } from 'node:fs/promises'

/** A running checksum of a file: equal for equal bytes, in whatever pieces they come. */
export interface Checksum {
  update(chunk: Uint8Array): void
  readonly value: number
}

// A hash of all bytes, made twice, would take longer than a download from a server near by.
const allUpTo = 2 * 1024 * 1024
/** In bytes. Wherever so many in a row have changed, it is seen. */
export const period = 256 * 1024
const sample = 4 * 1024

/** The parts of a file that its checksum is made of: all of its first 2 MiB, and 4 KiB of each 256 KiB behind. */
function* sampledRanges(start: number, end: number): Generator<readonly [start: number, end: number]> {
  if (start < allUpTo) yield [start, Math.min(end, allUpTo)]
  for (let at = Math.max(allUpTo, start - (start % period)); at < end; at += period) {
    const range = [Math.max(at, start), Math.min(at + sample, end)] as const
    if (range[0] < range[1]) yield range
  }
}

/**
 * Tells a file that another program has cut or overwritten from the one that was written (FNV-1a of
 * {@link sampledRanges}). It is no defence against somebody who forges a file.
 */
export function createChecksum(): Checksum {
  const samples = createSampleChecksum()
  let position = 0
  return {
    update(chunk) {
      for (const [start, end] of sampledRanges(position, position + chunk.length))
        samples.update(chunk.subarray(start - position, end - position))
      position += chunk.length
    },
    get value() {
      return samples.value
    },
  }
}

/** The checksum of what is on the disk: see {@link createChecksum}. */
export async function readChecksum(file: FileHandle, size: number): Promise<number> {
  const samples = createSampleChecksum()
  for (const [start, end] of sampledRanges(0, size)) {
    const { buffer, bytesRead } = await file.read(new Uint8Array(end - start), 0, end - start, start)
    samples.update(buffer.subarray(0, bytesRead))
  }
  return samples.value
}

/** Makes checksums of what is sampled already, one piece behind the other. */
function createSampleChecksum(): Checksum {
  let hash = 0x811c9dc5
  return {
    update(chunk) {
      for (const byte of chunk) hash = Math.imul(hash ^ byte, 0x01000193)
    },
    get value() {
      return hash >>> 0
    },
  }
}
