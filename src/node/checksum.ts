/** A running checksum of a file: equal for equal bytes, in whatever pieces they come. */
export interface Checksum {
  update(chunk: Uint8Array): void
  readonly value: number
}

// A cryptographic hash of all bytes, made twice, would take longer than a download from a server near by.
const allUpTo = 2 * 1024 * 1024
/** In bytes. Behind the first 2 MiB, a change of so many bytes in a row is always seen. */
export const stride = 31

/**
 * Tells a file that another program has changed from the one that was written (FNV-1a): of every byte in the first
 * 2 MiB, and of one byte in 31 behind. It is no defence against somebody who forges a file.
 */
export function createChecksum(): Checksum {
  let hash = 0x811c9dc5
  let position = 0
  return {
    update(chunk) {
      const { length } = chunk
      const dense = Math.min(length, Math.max(0, allUpTo - position))
      for (let index = 0; index < dense; index++)
        hash = Math.imul(hash ^ (chunk[index] as number), 0x01000193)
      const behind = (position + dense) % stride
      for (let index = dense + (behind && stride - behind); index < length; index += stride)
        hash = Math.imul(hash ^ (chunk[index] as number), 0x01000193)
      position += length
    },
    get value() {
      return hash >>> 0
    },
  }
}
