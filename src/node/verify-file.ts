import { createHash } from 'node:crypto'
import { ResponseError } from '../errors.ts'
import { throwIfAborted } from '../internal/abort.ts'
import type { ExportJob } from '../job.ts'
import { createFormatReader } from '../records/format-reader.ts'
import { checkIntegrity, type FormatVerdict } from '../records/integrity.ts'
import type { PartialFile } from './partial-file.ts'

/** What is known of a file beside its bytes. */
export interface FileFacts {
  readonly vendor: string
  /** What it is, in words for errors: `export "abc"`. */
  readonly subject: string
  readonly isFramed?: boolean | undefined
  readonly job?: Pick<ExportJob, 'totalRecords' | 'fileSize'> | undefined
}

/**
 * Decides whether a part is the whole file, and still the one that was written.
 *
 * @throws TransportError `network` where another attempt may bring the rest; ResponseError `incomplete` where not.
 */
export async function verifyFile(
  part: PartialFile,
  facts: FileFacts,
  signal: AbortSignal | undefined,
): Promise<void> {
  await part.flush()
  const { vendor, subject, job, isFramed } = facts
  const { bytes, version } = part
  const { digest, format, size } = version
  if (!(await part.isAsWritten()))
    throw new ResponseError(
      'incomplete',
      `Another program has changed ${part.path}, which ${vendor} ${subject} is downloaded to.`,
      vendor,
      'See that nothing else writes there, and download it again.',
    )
  // A file whose end was told, and looks like one, needs no close look: it would take as long as the download.
  const isEndTold = size !== undefined || isFramed === true
  const isClear = isEndTold && !digest && part.looksWhole(job?.totalRecords)
  const { verdict, hash } = isClear ? unread : await readClosely(part, signal)
  const isVerified = digest && hash === digest.value
  if (isVerified === false)
    throw new ResponseError(
      'incomplete',
      `The file of ${vendor} ${subject} does not have the checksum that the server gave.`,
      vendor,
      'Download it again.',
    )
  const error = checkIntegrity({ ...facts, bytes, size, format, isVerified, verdict })
  if (error) throw error
  await part.sync()
  throwIfAborted(signal)
}

interface CloseLook {
  readonly verdict: FormatVerdict
  readonly hash?: string | undefined
}

const unread: CloseLook = { verdict: { isProven: false, isBroken: false, isEmpty: false } }

async function readClosely(part: PartialFile, signal: AbortSignal | undefined): Promise<CloseLook> {
  const { digest, format } = part.version
  const hash = digest && createHash(digest.algorithm.replace('-', ''))
  const reader = createFormatReader(format)
  for await (const chunk of part.read()) {
    throwIfAborted(signal)
    hash?.update(chunk)
    reader.read(chunk)
  }
  return { verdict: reader.end().verdict, hash: hash?.digest('base64') }
}
