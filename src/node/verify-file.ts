import { createHash } from 'node:crypto'
import { ResponseError } from '../errors.ts'
import type { Digest } from '../http/file-headers.ts'
import { throwIfAborted } from '../internal/abort.ts'
import type { DownloadSource } from '../records/download-source.ts'
import { checkIntegrity } from '../records/integrity.ts'
import type { PartialFile } from './partial-file.ts'

/**
 * Decides whether a part is the complete file, and was not changed on the disk.
 *
 * @param isFramed - see `Download.isFramed`
 * @throws TransportError `network` if another attempt may bring the rest, otherwise ResponseError `incomplete`.
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
      `Another program has changed ${part.path}, the file that ${vendor} ${subject} is downloaded to.`,
      'Make sure that nothing else writes there, and download it again.',
    )
  const isVerified = digest && (await hashOf(part, digest, signal)) === digest.value
  if (isVerified === false)
    throw incomplete(
      `The file of ${vendor} ${subject} does not have the checksum that the server sent.`,
      'Download it again.',
    )
  const evidence = part.evidence()
  const error = checkIntegrity({ vendor, subject, job, isFramed, bytes, size, format, isVerified, evidence })
  if (error) throw error
  await part.sync()
  throwIfAborted(signal)
}

async function hashOf(part: PartialFile, digest: Digest, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash(digest.algorithm.replace('-', ''))
  for await (const chunk of part.read()) {
    throwIfAborted(signal)
    hash.update(chunk)
  }
  return hash.digest('base64')
}
