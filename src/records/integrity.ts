import { ResponseError, TransportError } from '../errors.ts'
import type { ExportJob } from '../job.ts'

/** What the bytes of a file show by themselves. */
export interface FormatVerdict {
  /** The format itself proves that nothing is missing: a JSON document that has closed. */
  readonly isProven: boolean
  /** Something is missing or is no part of the file: JSON that has not closed, a last line that is no JSON, CSV that ends inside quotes. */
  readonly isBroken: boolean
  /** The last row of CSV has fewer fields than the first: it may have been cut there, where nothing tells its end. */
  readonly isRagged?: boolean | undefined
  /** Nothing but blanks. */
  readonly isEmpty: boolean
  /** Lines that begin with a brace, rows, elements of a JSON array, a JSON object: there are no more records than that. */
  readonly records?: number | undefined
  /** Each of them may hold several: elements of a JSON array, as its inner structure is the vendor's. */
  readonly mayNest?: boolean | undefined
}

/** A file that has come to its end, and all that is known of how long it should be. */
export interface ReceivedFile {
  readonly vendor: string
  /** What it is, in words for errors: `export "abc"`. */
  readonly subject: string
  /** As many as were received, from the beginning of the file on. */
  readonly bytes: number
  /** As many as the server told. */
  readonly size?: number | undefined
  /** See `Download.isFramed`. */
  readonly isFramed?: boolean | undefined
  /** It has the checksum that the server told. */
  readonly isVerified?: boolean | undefined
  /** What its format shows. */
  readonly verdict: FormatVerdict
  /** What the vendor counted, where that is known. */
  readonly job?: Pick<ExportJob, 'totalRecords' | 'fileSize'> | undefined
  readonly format?: string | undefined
}

/**
 * Whether a file is whole: one rule for downloads and for records.
 *
 * @returns undefined for a file that is whole. Else a TransportError `network` where it broke off on its way, so that
 * another attempt may bring the rest; or a ResponseError `incomplete` where what arrived is all that there is.
 */
export function checkIntegrity(file: ReceivedFile): TransportError | ResponseError | undefined {
  const { bytes, size, isFramed, isVerified, verdict, job } = file
  const { records, isEmpty } = verdict
  const { totalRecords = 0, fileSize = 0 } = job ?? {}
  if (size !== undefined && bytes < size) return brokenOff(file, `after ${bytes} of ${size} bytes`)
  if (size !== undefined && bytes > size) return incomplete(file, `has ${bytes} bytes, and ${size} were told`)
  if (bytes < fileSize) return incomplete(file, `has ${bytes} of the ${fileSize} bytes that it should have`)
  if (records !== undefined && records < leastRecords(verdict, totalRecords))
    return incomplete(file, `has ${records} of the ${totalRecords} records that were counted`)
  const isSure = size !== undefined || isFramed
  if (isVerified) return undefined
  if (verdict.isBroken || (verdict.isRagged && !isSure))
    return isSure
      ? incomplete(file, 'ends in the middle, or with something that is no part of it')
      : brokenOff(file, `in the middle, after ${bytes} bytes`)
  const isCounted = isEmpty ? job?.totalRecords === 0 : reaches(file)
  if (isSure || verdict.isProven || isCounted || isFramed === undefined) return undefined
  return incomplete(file, 'may have been cut: neither its length nor its end was told')
}

// Where one may hold several, fewer of them prove nothing; but where there is none, there is nothing of them.
const leastRecords = ({ mayNest }: FormatVerdict, totalRecords: number): number =>
  mayNest ? Math.min(totalRecords, 1) : totalRecords

/** It has all that the vendor counted. */
function reaches({ bytes, format, verdict, job }: ReceivedFile): boolean {
  const { totalRecords = 0, fileSize = 0 } = job ?? {}
  const hasLines =
    format !== 'csv' && !verdict.mayNest && totalRecords > 0 && (verdict.records ?? 0) >= totalRecords
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
    'Download it again; if it stays so, start a new export.',
  )
}
