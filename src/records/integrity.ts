import { ResponseError, TransportError } from '../errors.ts'
import { copyOwn } from '../internal/options.ts'
import type { ExportJob } from '../job.ts'

/** What the bytes of a file alone show. */
export interface FormatEvidence {
  /** The format proves that nothing is missing: all brackets of a JSON document are closed. */
  readonly isProven: boolean
  /** The end is missing or damaged: open brackets in JSON, a last line that is not JSON, CSV that ends inside quotes. */
  readonly isBroken: boolean
  /** The last row of CSV has fewer fields than the first. If nothing marks the end of the file, it may have been cut there. */
  readonly isRagged?: boolean | undefined
  /** Only whitespace. */
  readonly isEmpty: boolean
  /** The most records that the file can have: lines that begin with a brace, rows, elements of a JSON array, or one JSON object. */
  readonly records?: number | undefined
  /** Whether each may hold several records: elements of a JSON array, whose structure only the vendor knows. */
  readonly mayNest?: boolean | undefined
}

/** A received file, and what is known of the length that it should have. */
export interface ReceivedFile {
  readonly vendor: string
  /** The export, for error messages: `export "abc"`. */
  readonly subject: string
  /** Received bytes, counted from the beginning of the file. */
  readonly bytes: number
  /** The bytes that the server announced. */
  readonly size?: number | undefined
  /** See `Download.isFramed`. */
  readonly isFramed?: boolean | undefined
  /** Whether it has the checksum that the server sent. */
  readonly isVerified?: boolean | undefined
  readonly evidence: FormatEvidence
  /** What the vendor counted, if known. */
  readonly job?: Pick<ExportJob, 'totalRecords' | 'fileSize'> | undefined
  readonly format?: string | undefined
}

/**
 * Checks whether a file is complete: one rule for downloads and records.
 *
 * @returns undefined if it is complete. A TransportError `network` if the transfer broke off, so that another attempt may
 * bring the rest; a ResponseError `incomplete` if the server has no more.
 */
export function checkIntegrity(given: ReceivedFile): TransportError | ResponseError | undefined {
  const [evidence, job] = [copyOwn(given.evidence), copyOwn(given.job)]
  const file = Object.assign(copyOwn(given), { evidence, job })
  const { bytes, size, isFramed, isVerified } = file
  const { records, isEmpty } = evidence
  const { totalRecords = 0, fileSize = 0 } = job
  if (size !== undefined && bytes < size) return brokenOff(file, `after ${bytes} of ${size} bytes`)
  if (size !== undefined && bytes > size)
    return incomplete(file, `has ${bytes} bytes, but the server announced ${size}`)
  if (bytes < fileSize)
    return incomplete(file, `has ${bytes} of the ${fileSize} bytes that the vendor reported`)
  if (records !== undefined && records < leastRecords(evidence, totalRecords))
    return incomplete(file, `has ${records} of the ${totalRecords} records that the vendor counted`)
  const isSure = size !== undefined || isFramed
  if (isVerified) return undefined
  if (evidence.isBroken || (evidence.isRagged && !isSure))
    return isSure
      ? incomplete(file, 'ends in the middle, or with something else than records')
      : brokenOff(file, `in the middle, after ${bytes} bytes`)
  const isCounted = isEmpty ? job.totalRecords === 0 : reaches(file)
  if (isSure || evidence.isProven || isCounted || isFramed === undefined) return undefined
  return incomplete(file, 'may have been cut: the server announced neither its length nor its end')
}

// If one element may hold several records, fewer elements prove nothing, but there must be at least one.
const leastRecords = ({ mayNest }: FormatEvidence, totalRecords: number): number =>
  mayNest ? Math.min(totalRecords, 1) : totalRecords

/** Whether it has everything that the vendor counted. */
function reaches({ bytes, format, evidence, job }: ReceivedFile): boolean {
  const { totalRecords = 0, fileSize = 0 } = job ?? {}
  const hasLines =
    format !== 'csv' && !evidence.mayNest && totalRecords > 0 && (evidence.records ?? 0) >= totalRecords
  return hasLines || (fileSize > 0 && bytes >= fileSize)
}

function brokenOff({ vendor, subject }: ReceivedFile, where: string): TransportError {
  const message = `The download of ${vendor} ${subject} broke off ${where}.`
  return new TransportError('network', message, vendor, true, 'Download it again.')
}

function incomplete({ vendor, subject }: ReceivedFile, what: string): ResponseError {
  const message = `The file of ${vendor} ${subject} ${what}.`
  return new ResponseError(
    'incomplete',
    message,
    vendor,
    'Download it again; if that does not help, start a new export.',
  )
}
