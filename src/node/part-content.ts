import type { FileHandle } from 'node:fs/promises'
import { createFormatReader } from '../records/format-reader.ts'
import type { FormatEvidence } from '../records/integrity.ts'
import type { FileVersion } from './part-note.ts'

/** What is known of the bytes of a part, as they arrive. */
export interface PartContent {
  update(chunk: Uint8Array): void
  readonly bytes: number
  /** See {@link readChecksum}. */
  readonly checksum: number
  /** What the bytes show, as if the file ended here. */
  evidence(): FormatEvidence
}

/** @param version - whose format the bytes have */
export function createPartContent({ format, isFormatGuessed }: FileVersion): PartContent {
  const reader = createFormatReader(format, isFormatGuessed)
  let bytes = 0
  let checksum = emptyChecksum
  return {
    update(chunk) {
      reader.read(chunk)
      for (const [start, end] of sampledRanges(bytes, bytes + chunk.length))
        checksum = addToChecksum(checksum, chunk.subarray(start - bytes, end - bytes))
      bytes += chunk.length
    },
    get bytes() {
      return bytes
    },
    get checksum() {
      return checksum
    },
    evidence: () => reader.end().evidence,
  }
}

/**
 * Reads the checksum of a file from the disk. It tells a file that another program has cut or overwritten from the one
 * that was written (FNV-1a of {@link sampledRanges}); it does not detect forgery.
 *
 * @param size - of the file, in bytes
 */
export async function readChecksum(file: FileHandle, size: number): Promise<number> {
  let checksum = emptyChecksum
  for (const [start, end] of sampledRanges(0, size)) {
    const { buffer, bytesRead } = await file.read(new Uint8Array(end - start), 0, end - start, start)
    checksum = addToChecksum(checksum, buffer.subarray(0, bytesRead))
  }
  return checksum
}

// Hashing all bytes twice would take longer than a download from a nearby server.
const allUpTo = 2 * 1024 * 1024
/** In bytes. A change of this many consecutive bytes is always detected. */
export const period = 256 * 1024
const sample = 4 * 1024

/** The parts of a file that its checksum covers: its first 2 MiB, then 4 KiB of every 256 KiB. */
function* sampledRanges(start: number, end: number): Generator<readonly [start: number, end: number]> {
  if (start < allUpTo) yield [start, Math.min(end, allUpTo)]
  for (let at = Math.max(allUpTo, start - (start % period)); at < end; at += period) {
    const range = [Math.max(at, start), Math.min(at + sample, end)] as const
    if (range[0] < range[1]) yield range
  }
}

const emptyChecksum = 0x811c9dc5

function addToChecksum(checksum: number, bytes: Uint8Array): number {
  let hash = checksum
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}
