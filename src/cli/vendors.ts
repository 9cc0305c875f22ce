import { ConfigurationError, type ExportClient, type ExportJob } from '../index.ts'
import type { DidomiRef } from '../vendors/didomi.ts'
import type { Shell } from './shell.ts'
import { nearestWord } from './usage.ts'

/** The vendors by the names that the command line takes. */
export const vendorNames = ['tyk', 'anaconda', 'loyaltydog', 'didomi'] as const

/** The name of a vendor. */
export type VendorName = (typeof vendorNames)[number]

/** A client of any vendor. */
export type AnyClient = ExportClient<unknown, ExportJob>

/** One export that the command line named. */
export interface Target {
  /** One of {@link vendorNames}, or the name of a vendor of the user's own. */
  readonly vendor: string
  /** The ref as it was written. */
  readonly text: string
  /** What the client's `get` takes. */
  readonly ref: unknown
}

/** Whether a word is the name of a vendor. */
export function isVendorName(word: string): word is VendorName {
  return (vendorNames as readonly string[]).includes(word)
}

/** What is wrong with a word in the place of a vendor's name; it is not repeated, as it may be a credential. */
export function describeUnknownVendor(word: string): string {
  const nearest = nearestWord(word, vendorNames)
  const choices = `The vendors are ${vendorNames.join(', ')}; --vendor takes one of your own.`
  return `<vendor>: unknown value. ${nearest ? `Did you mean ${nearest}?` : choices}`
}

/** The word that stands for the run that comes next, in place of a run's id. */
const nextRun = 'next'

/** The recurring export of a target that is Didomi's next run; undefined for every other target. */
export function exportOfNextRun({ vendor, ref }: Target): string | undefined {
  if (vendor !== 'didomi') return undefined
  const { exportId, runId } = ref as DidomiRef
  return runId === nextRun ? exportId : undefined
}

/**
 * Reads a ref as it is written on the command line.
 *
 * @throws ConfigurationError `invalid-ref`.
 */
export function parseTarget(vendor: string, text: string): Target {
  if (vendor !== 'didomi') return { vendor, text, ref: text }
  const [exportId, runId, ...rest] = text.split('/')
  if (exportId && runId && rest.length === 0) return { vendor, text, ref: { exportId, runId } }
  throw new ConfigurationError(
    'invalid-ref',
    'A run of Didomi is written EXPORT_ID/RUN_ID, such as 9gh49gn5/5e1f22ab.',
    vendor,
    'List them with: export-jobs runs didomi EXPORT_ID.',
  )
}

/**
 * Reads refs: each belongs to the vendor that was named last before it. The same export named twice is one export.
 *
 * @param own - the name of a vendor of the user's own, to which all refs belong
 * @throws ConfigurationError `invalid-ref`.
 */
export function parseTargets(words: readonly string[], own?: string): Target[] {
  const targets = new Map<string, Target>()
  let vendor = own
  let isBare = true
  for (const word of words) {
    if (own === undefined && isVendorName(word)) {
      if (vendor !== undefined && isBare) throw missingRef(vendor)
      vendor = word
      isBare = true
      continue
    }
    if (vendor === undefined) throw new ConfigurationError('invalid-ref', describeUnknownVendor(word))
    targets.set(`${vendor} ${word}`, parseTarget(vendor, word))
    isBare = false
  }
  if (isBare) throw missingRef(own === undefined ? vendor : undefined)
  return [...targets.values()]
}

function missingRef(vendor: string | undefined): ConfigurationError {
  const what =
    vendor === undefined ? 'No export is named.' : `No export of ${vendor} is named after "${vendor}".`
  return new ConfigurationError('invalid-ref', what, vendor)
}

/**
 * Puts the lines of stdin in the place of the word `-`: one ref a line, after its vendor or not, and whatever
 * follows, as `start`, `runs` and `wait` print them.
 */
export async function readWords(
  words: readonly string[],
  { readInput }: Pick<Shell, 'readInput'>,
): Promise<string[]> {
  if (!words.includes('-')) return [...words]
  const lines = wordsOfLines((await readInput?.()) ?? '')
  return words.flatMap((word, index) => {
    if (word === '-') return lines
    // The vendor before them is told by the lines again.
    const isRepeated = words[index + 1] === '-' && isVendorName(word) && isVendorName(lines[0] ?? '')
    return isRepeated ? [] : [word]
  })
}

function wordsOfLines(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const [first, second] = line.trim().split(/\s+/)
    if (!first) return []
    return isVendorName(first) && second ? [first, second] : [first]
  })
}

/** Writes a ref the way that {@link parseTarget} reads it. */
export function formatRef(ref: unknown): string {
  if (typeof ref === 'string') return ref
  const { exportId, runId } = ref as DidomiRef
  return `${exportId}/${runId}`
}
