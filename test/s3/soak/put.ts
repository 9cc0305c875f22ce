import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { generate } from '../support/content.ts'
import type { S3 } from '../support/s3.ts'

/** A file that is made, not kept in memory. */
export interface Made {
  readonly size: number
  readonly seed: string
}

/** Writes a file of bytes that a seed leads to, and returns its SHA-256. */
export async function writeGenerated(path: string, { size, seed }: Made): Promise<string> {
  const hash = createHash('sha256')
  const hashing = new Transform({
    transform(chunk, _, callback) {
      hash.update(chunk)
      callback(null, chunk)
    },
  })
  await pipeline(Readable.from(generate(size, seed)), hashing, createWriteStream(path))
  return hash.digest('hex')
}

/** Puts such a file into S3. */
export async function putGenerated(
  s3: S3,
  { key, folder, ...made }: Made & { readonly key: string; readonly folder: string },
): Promise<string> {
  const path = join(folder, `made-${key}`)
  const digest = await writeGenerated(path, made)
  await s3.put(key, createReadStream(path))
  await rm(path)
  return digest
}
