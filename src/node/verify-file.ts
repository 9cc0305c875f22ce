import { createHash } from 'node:crypto'
import { ResponseError } from '../errors.ts'
import { throwIfAborted } from '../internal/abort.ts'
import type { DownloadSource } from '../records/download-source.ts'
import { createFormatReader } from '../records/format-reader.ts'
import { checkIntegrity, type FormatVerdict } from '../records/integrity.ts'
import type { PartialFile } from './partial-file.ts'

/**
 * Decides whether a part is the whole file, and still the one that was written.
 *
 * @param isFramed - see `Download.isFramed`
 * @throws TransportError `network` where another attempt may bring the rest; ResponseError `incomplete` where not.
 */
export async function verifyFile(
  source: DownloadSource,
  part: PartialFile,
  isFramed: boolean | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { vendor, subject, job } = source
  const { bytes, version } = part
  const { digest, format, size } = version
  const incomplete = (message: string, advice: string) =>
    new ResponseError('incomplete', message, vendor, advice)
  if (!(await part.isAsWritten()))
    throw incomplete(
      `Another program has changed ${part.path}, which ${vendor} ${subject} is downloaded to.`,
      'See that nothing else writes there, and download it again.',
    )
  // A file whose end was told, and looks like one, needs no close look: it would take as long as the download.
  const isEndTold = size !== undefined || isFramed === true
  const isClear = isEndTold && !digest && part.looksWhole(job?.totalRecords)
  const { verdict, hash } = isClear ? unread : await readClosely(part, signal)
  const isVerified = digest && hash === digest.value
  if (isVerified === false)
    throw incomplete(
      `The file of ${vendor} ${subject} does not have the checksum that the server gave.`,
      'Download it again.',
    )
  const error = checkIntegrity({ vendor, subject, job, isFramed, bytes, size, format, isVerified, verdict })
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
  const { digest, format, isFormatGuessed } = part.version
  const hash = digest && createHash(digest.algorithm.replace('-', ''))
  const reader = createFormatReader(format, isFormatGuessed)
  for await (const chunk of part.read()) {
    throwIfAborted(signal)
    hash?.update(chunk)
    reader.read(chunk)
  }
  return { verdict: reader.end().verdict, hash: hash?.digest('base64') }
}
