import type { FileHandle } from 'node:fs/promises'

/** Writes to a file while more is on its way. */
export interface BufferedWriter {
  /** Bytes up to here are taken, though not all of them written yet. */
  readonly position: number
  /** Takes a piece; waits only when many are waiting already. */
  write(piece: Uint8Array): Promise<void>
  /** Waits until all that was taken is written. */
  flush(): Promise<void>
}

// Bytes that may wait for the disk. More would be out of the cache by the time that they are written.
const room = 512 * 1024

/**
 * Writes pieces one behind the other, as many at once as have come while the disk was busy: one by one, each would wait
 * for the disk, and the network for it.
 *
 * @param position - where the first piece goes
 */
export function createBufferedWriter(file: FileHandle, position: number): BufferedWriter {
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
    // At once: a piece that comes a moment later must find nobody writing, or it would wait for ever.
    writing = undefined
  }

  const throwFailure = () => {
    if (failure !== undefined) throw failure
  }

  const flush = async () => {
    await writing
    throwFailure()
  }

  return {
    get position() {
      return end
    },
    async write(piece) {
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
  // The disk took a part of it, and takes the rest or says why not.
  const rest = Buffer.concat(pieces).subarray(bytesWritten)
  await writeAll(file, [rest], size - bytesWritten, position + bytesWritten)
}
