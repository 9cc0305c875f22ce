import { ConfigurationError, type ExportClient, type ExportJob } from '../index.ts'
import type { DidomiRef } from '../vendors/didomi.ts'
import type { Shell } from './shell.ts'
import { nearestWord } from './usage.ts'

/** The names of the vendors on the command line. */
export const vendorNames = ['tyk', 'anaconda', 'loyaltydog', 'didomi'] as const

/** The name of a vendor. */
export type VendorName = (typeof vendorNames)[number]

/** A client of any vendor. */
export type AnyClient = ExportClient<unknown, ExportJob>

/** One export that the command line names. */
export interface Target {
  /** One of {@link vendorNames}, or the name of a vendor of the user's own. */
  readonly vendor: string
  /** The ref as it was written. */
  readonly text: string
  /** The ref that the client's `get` takes. */
  readonly ref: unknown
}

/** Whether a word is the name of a vendor. */
export function isVendorName(word: string): word is VendorName {
  return (vendorNames as readonly string[]).includes(word)
}

/** The error message for an unknown vendor. It does not repeat the word, which may be a credential. */
export function describeUnknownVendor(word: string): string {
  const nearest = nearestWord(word, vendorNames)
  const choices = `The vendors are ${vendorNames.join(', ')}; --vendor takes one of your own.`
  return `<vendor>: unknown value. ${nearest ? `Did you mean ${nearest}?` : choices}`
}

/** The export id of the target `EXPORT_ID/next`, Didomi's next run; undefined for every other target. */
export function exportOfNextRun({ vendor, ref }: Target): string | undefined {
  if (vendor !== 'didomi') return undefined
  const { exportId, runId } = ref as DidomiRef
  return runId === 'next' ? exportId : undefined
}

/**
 * Parses a ref as it is written on the command line.
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
 * Parses vendors and refs: each ref belongs to the last vendor before it. An export that is named twice counts once.
 *
 * @param own - the name of the vendor of `--vendor`, to which then all refs belong
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
 * Replaces the word `-` with the lines of stdin: a ref, or a vendor and a ref. The rest of a line is ignored, so that
 * the output of `start`, `runs` and `wait` can be piped in.
 */
export async function readStdin(
  words: readonly string[],
  { readInput }: Pick<Shell, 'readInput'>,
): Promise<string[]> {
  if (!words.includes('-')) return [...words]
  const lines = wordsOfLines((await readInput?.()) ?? '')
  return words.flatMap((word, index) => {
    if (word === '-') return lines
    // Lines that name their vendor make the word before `-` redundant.
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

/** Formats a ref as {@link parseTarget} parses it. */
export function formatRef(ref: unknown): string {
  if (typeof ref === 'string') return ref
  const { exportId, runId } = ref as DidomiRef
  return `${exportId}/${runId}`
}
