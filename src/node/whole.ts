import { createHash } from 'node:crypto'
import type { Digest } from '../http/digest.ts'
import type { ExportFormat } from '../job.ts'
import { createJsonProof } from '../records/json.ts'
import type { Part } from './part.ts'

/** Whether a part shows by itself that it is the whole file, where no length was told. */
export async function isProvenWhole(
  part: Part,
  format: ExportFormat | undefined,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (format === 'json') return isJson(part, signal)
  return format !== undefined && endsLine(part, signal)
}

async function isJson(part: Part, signal: AbortSignal | undefined): Promise<boolean> {
  const proof = await createJsonProof()
  try {
    for await (const chunk of part.read(0, signal)) proof.read(chunk)
  } catch {
    return false
  }
  return proof.isWhole
}

async function endsLine(part: Part, signal: AbortSignal | undefined): Promise<boolean> {
  let last: number | undefined
  for await (const chunk of part.read(Math.max(0, part.bytes - 1), signal)) last = chunk.at(-1)
  return last === 0x0a
}

/** Whether a part is the file that a server told the hash of. */
export async function hashesTo(
  { algorithm, value }: Digest,
  part: Part,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const hash = createHash(algorithm.replace('-', ''))
  for await (const chunk of part.read(0, signal)) hash.update(chunk)
  return hash.digest('base64') === value
}
