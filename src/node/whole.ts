import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Digest } from '../http/digest.ts'
import type { ExportFormat } from '../job.ts'
import { createJsonProof } from '../records/json.ts'

/** Whether a file shows by itself that it has come to its end, where no length was told. */
export async function isProvenWhole(path: string, format: ExportFormat | undefined): Promise<boolean> {
  if (format === 'json') return isJson(path)
  return format !== undefined && endsLine(path)
}

async function isJson(path: string): Promise<boolean> {
  const proof = await createJsonProof()
  try {
    for await (const chunk of createReadStream(path)) proof.read(chunk)
  } catch {
    return false
  }
  return proof.isWhole
}

async function endsLine(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1))
    return bytesRead === 1 && buffer[0] === 0x0a
  } finally {
    await file.close()
  }
}

/** Whether a file is the one that a server told the hash of. */
export async function hashesTo({ algorithm, value }: Digest, path: string): Promise<boolean> {
  const hash = createHash(algorithm.replace('-', ''))
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return hash.digest('base64') === value
}
