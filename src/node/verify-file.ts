import { createHash } from 'node:crypto'
import { ResponseError } from '../errors.ts'
import { throwIfAborted } from '../internal/abort.ts'
import type { ExportJob } from '../job.ts'
import { createFormatCheck } from '../records/format-check.ts'
import { checkIntegrity } from '../records/integrity.ts'
import { createChecksum } from './checksum.ts'
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
 * Reads a part from the disk and decides whether it is the whole file, and still the one that was written.
 *
 * @throws TransportError `network` where another attempt may bring the rest; ResponseError `incomplete` where not.
 */
export async function verifyFile(
  part: PartialFile,
  facts: FileFacts,
  signal: AbortSignal | undefined,
): Promise<void> {
  await part.flush()
  // While the disk is busy with it, what is in memory can be read.
  const synced = part.sync()
  synced.catch(() => {})
  const { vendor, subject } = facts
  const { digest, format, size } = part.version
  const hash = digest && createHash(digest.algorithm.replace('-', ''))
  const check = createFormatCheck(format)
  const checksum = createChecksum()
  let length = 0
  for await (const chunk of part.read()) {
    throwIfAborted(signal)
    length += chunk.byteLength
    checksum.update(chunk)
    hash?.update(chunk)
    check.read(chunk)
  }
  await synced
  throwIfAborted(signal)
  if (length !== part.bytes || checksum.value !== part.checksum)
    throw new ResponseError(
      'incomplete',
      `Another program has changed ${part.path}, which ${vendor} ${subject} is downloaded to.`,
      vendor,
      'See that nothing else writes there, and download it again.',
    )
  const isVerified = digest && hash?.digest('base64') === digest.value
  if (isVerified === false)
    throw new ResponseError(
      'incomplete',
      `The file of ${vendor} ${subject} does not have the checksum that the server gave.`,
      vendor,
      'Download it again.',
    )
  const { bytes } = part
  const error = checkIntegrity({ ...facts, bytes, size, format, isVerified, verdict: check.end() })
  if (error) throw error
}
