import { sha256 } from '@noble/hashes/sha2.js'
import type { ExportClient } from '../client.ts'
import { ConfigurationError } from '../errors.ts'
import type { ExportJob } from '../job.ts'
import { canonicalJson } from './json.ts'
import { assertOption } from './options.ts'
import { toRef } from './ref.ts'

/**
 * A key that is the same for the same export, whatever the order of its ref's keys. A queue uses it to de-duplicate waits.
 *
 * @param client - the vendor's client, or its name
 * @param ref - the export, or its job
 * @returns the vendor's name, `-`, and 32 hex digits
 * @throws ConfigurationError `invalid-ref` for no ref, an empty one, one that JSON cannot hold, or a job of another vendor.
 */
export function waitKey<Ref>(
  client: string | ExportClient<Ref, ExportJob>,
  ref: NoInfer<Ref | ExportJob<unknown, Ref>>,
): string {
  const name = typeof client === 'string' ? client : client?.vendor
  assertOption(typeof name === 'string' && name !== '', 'waitKey takes a client, or the name of one.')
  const text = canonicalJson(toRef(ref as Ref, name) ?? undefined)
  if (text === undefined || text === '""') {
    throw new ConfigurationError('invalid-ref', 'A ref must be what JSON can hold, and not empty.', name)
  }
  return `${name}-${fingerprint(text)}`
}

// Half of a SHA-256 digest: short enough for a key, and still free of collisions.
function fingerprint(text: string): string {
  const digest = sha256(new TextEncoder().encode(text)).subarray(0, 16)
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
