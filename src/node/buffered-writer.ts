import type { FileHandle } from 'node:fs/promises'

// How many bytes may wait for the disk. More would have left the CPU cache by the time they are written.
const room = 512 * 1024

/**
 * Writes to a file while more bytes arrive. Pieces that arrive while the disk is busy are written together, in one call:
 * one by one, each would wait for the disk, and the network would wait for each.
 *
 * @param position - where the first piece goes
 */
export function createBufferedWriter(file: FileHandle, position: number) {
  let end = position
  let waiting: Uint8Array[] = []
  let bytes = 0
  let writing: Promise<void> | undefined
  let failure: unknown

  async function drain(): Promise<void> {
    try {
      while (waiting.length > 0) {
        const [pieces, size] = [waiting, bytes]
        waiting = []
        bytes = 0
        await writeAll(file, pieces, size, end - size)
      }
    } catch (error) {
      failure = error
    }
    // Synchronously after the last check: a piece that arrived in between would never be written.
    writing = undefined
  }

  const throwFailure = () => {
    if (failure !== undefined) throw failure
  }

  /** Waits until all accepted pieces are written. */
  const flush = async (): Promise<void> => {
    await writing
    throwFailure()
  }

  return {
    /** Accepts a piece; waits only if too many bytes are waiting for the disk. */
    async write(piece: Uint8Array): Promise<void> {
      throwFailure()
      waiting.push(piece)
      bytes += piece.byteLength
      end += piece.byteLength
      writing ??= drain()
      if (bytes > room) await flush()
    },
    flush,
  }
}

async function writeAll(
  file: FileHandle,
  pieces: readonly Uint8Array[],
  size: number,
  position: number,
): Promise<void> {
  const { bytesWritten } = await file.writev(pieces, position)
  if (bytesWritten === size) return
  // A short write: the next call writes the rest, or says why it cannot.
  const rest = Buffer.concat(pieces).subarray(bytesWritten)
  await writeAll(file, [rest], size - bytesWritten, position + bytesWritten)
}
