import { createCipheriv, createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'

const piece = 1 << 20

/** Bytes that look like chance and are the same for the same seed, in pieces. */
export function* generate(size: number, seed: string): Generator<Buffer> {
  const key = createHash('sha256').update(seed).digest()
  const cipher = createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16))
  for (let made = 0; made < size; made += piece)
    yield cipher.update(Buffer.alloc(Math.min(piece, size - made)))
}

/** All of them at once. */
export const content = (size: number, seed = 'export'): Buffer => Buffer.concat([...generate(size, seed)])

/** The SHA-256 of a file. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
