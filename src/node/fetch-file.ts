import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { type ApiError, isExportJobsError, ResponseError } from '../errors.ts'
import type { Download } from '../http/download.ts'
import { throwIfAborted } from '../internal/abort.ts'
import { createFormatReader } from '../records/format-reader.ts'
import { checkIntegrity, type FormatVerdict } from '../records/integrity.ts'
import { type DownloadSource, openRest } from './download-source.ts'
import type { PartialFile } from './partial-file.ts'

/** How to fetch a file. */
export interface FetchOptions {
  readonly signal: AbortSignal | undefined
  readonly clock: Clock
  /** Called after each chunk, with its length. */
  readonly onChunk: (length: number) => void
}

// An attempt that brings so many bytes may be followed by the next at once.
const goodProgress = 1024 * 1024
const mostFailures = 5
// In ms. What asks for a longer pause is left to the caller.
const longestPause = 60_000

/**
 * Fetches a file into its part, again and again from where it broke off, until the part is the whole file.
 *
 * @param first - the file, if it is open already
 * @throws what the last attempt failed with, where another cannot change it or five in a row have brought nothing;
 * ResponseError `incomplete` when nothing shows that the file is whole
 */
export async function fetchFile(
  source: DownloadSource,
  part: PartialFile,
  first: Download | undefined,
  options: FetchOptions,
): Promise<void> {
  const { signal, clock } = options
  const ends = new Set<string>()
  let opened = first
  let farthest = part.bytes
  for (let failures = 0; ; ) {
    let hasEnded = false
    try {
      const download = await openRest(source, part, opened)
      opened = undefined
      if (download) await append(source, part, download, options)
      hasEnded = true
      await verify(source, part, download?.isFramed, signal)
      return
    } catch (thrown) {
      throwIfAborted(signal)
      const error = hasEnded && isAnotherAlike(part, ends) ? toIncomplete(thrown) : thrown
      if (!isExportJobsError(error)) throw error
      if (error.code === 'incomplete') await part.refuse()
      if (!error.retryable) throw error
      const progress = part.bytes - farthest
      farthest += Math.max(0, progress)
      failures = progress > 0 ? 0 : failures + 1
      const pause = Math.max(125 * 2 ** failures, (error as Partial<ApiError>).retryAfter ?? 0)
      if (failures >= mostFailures || pause > longestPause) throw error
      if (progress < goodProgress) await clock.sleep(pause, { signal })
    }
  }
}

async function append(
  { vendor, subject }: DownloadSource,
  part: PartialFile,
  { body }: Download,
  { signal, onChunk }: FetchOptions,
): Promise<void> {
  const { size = Number.POSITIVE_INFINITY } = part.version
  for await (const chunk of body) {
    if (part.bytes + chunk.byteLength > size) {
      const message = `The file of ${vendor} ${subject} is longer than the ${size} bytes that the server told.`
      throw new ResponseError('incomplete', message, vendor, 'Download it again.')
    }
    await part.write(chunk)
    onChunk(chunk.byteLength)
    throwIfAborted(signal)
  }
  await part.flush()
}

/**
 * Decides whether a part is the whole file, and still the one that was written.
 *
 * @throws TransportError `network` where another attempt may bring the rest; ResponseError `incomplete` where not.
 */
async function verify(
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

/** Whether an attempt that began anew came to an end that an earlier one came to: the next would, too. */
function isAnotherAlike({ bytes, checksum, version }: PartialFile, ends: Set<string>): boolean {
  const end = `${bytes} ${checksum}`
  const isAlike = version.etag === undefined && ends.has(end)
  ends.add(end)
  return isAlike
}

function toIncomplete(error: unknown): unknown {
  if (!isExportJobsError(error) || !error.retryable) return error
  const message = `${error.message.replace(` ${error.advice}`, '')} Another attempt ended there, too.`
  return new ResponseError('incomplete', message, error.vendor, 'Start a new export.')
}
