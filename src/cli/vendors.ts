import { ConfigurationError, type ExportClient, type ExportJob } from '../index.ts'
import type { DidomiRef } from '../vendors/didomi.ts'

/** The vendors by the names that the command line takes. */
export const vendorNames = ['tyk', 'anaconda', 'loyaltydog', 'didomi'] as const

/** The name of a vendor. */
export type VendorName = (typeof vendorNames)[number]

/** A client of any vendor. */
export type AnyClient = ExportClient<unknown, ExportJob>

/** One export that the command line named. */
export interface Target {
  readonly vendor: VendorName
  /** The ref as it was written. */
  readonly text: string
  /** What the client's `get` takes. */
  readonly ref: string | DidomiRef
}

/** Whether a word is the name of a vendor. */
export function isVendorName(word: string): word is VendorName {
  return (vendorNames as readonly string[]).includes(word)
}

/**
 * Reads a ref as it is written on the command line.
 *
 * @throws ConfigurationError `invalid-ref`.
 */
export function parseTarget(vendor: VendorName, text: string): Target {
  if (vendor !== 'didomi') return { vendor, text, ref: text }
  const [exportId, runId, ...rest] = text.split('/')
  if (exportId && runId && rest.length === 0) return { vendor, text, ref: { exportId, runId } }
  throw new ConfigurationError(
    'invalid-ref',
    'A run of Didomi is written EXPORT_ID/RUN_ID, such as 9gh49gn5/5e1f22ab.',
    vendor,
  )
}

/**
 * Reads the refs of `watch`: each belongs to the vendor that was named last before it.
 *
 * @throws ConfigurationError `invalid-ref`.
 */
export function parseTargets(first: VendorName, words: readonly string[]): Target[] {
  const targets = new Map<string, Target>()
  let vendor = first
  let isBare = true
  for (const word of words) {
    if (!isVendorName(word)) {
      // The same export named twice is still one export.
      targets.set(`${vendor} ${word}`, parseTarget(vendor, word))
      isBare = false
      continue
    }
    if (isBare) throw missingRef(vendor)
    vendor = word
    isBare = true
  }
  if (isBare) throw missingRef(vendor)
  return [...targets.values()]
}

function missingRef(vendor: VendorName): ConfigurationError {
  return new ConfigurationError('invalid-ref', `No export of ${vendor} is named after "${vendor}".`, vendor)
}

/** Writes a ref the way that {@link parseTarget} reads it. */
export function formatRef(ref: unknown): string {
  if (typeof ref === 'string') return ref
  const { exportId, runId } = ref as DidomiRef
  return `${exportId}/${runId}`
}
