import type { Clock } from '../clock.ts'
import { type ApiError, isExportJobsError, ResponseError } from '../errors.ts'
import type { Download } from '../http/download.ts'
import { discard } from '../http/read-body.ts'
import { throwIfAborted } from '../internal/abort.ts'
import { sleepBy } from '../internal/system-clock.ts'
import type { DownloadSource } from '../records/download-source.ts'
import { isStrong } from './part-note.ts'
import type { PartialFile } from './partial-file.ts'
import { verifyFile } from './verify-file.ts'

/** How to fetch a file. */
export interface FetchOptions {
  readonly signal: AbortSignal | undefined
  readonly clock: Clock
  /** The whole file, if it is open already. The caller discards it. */
  readonly opened: Download | undefined
  /** Called after each chunk, with its length in bytes. */
  readonly onChunk: (length: number) => void
}

// In bytes. After an attempt that brought so many, the next one needs no pause.
const goodProgress = 1024 * 1024
const mostFailures = 5
// In ms. If the server asks for a longer pause, the download ends.
const longestPause = 60_000

/**
 * Fetches a file into its part, resuming whenever it breaks off, until the part is the complete file.
 *
 * @throws the error of the last attempt, if a retry cannot help or five attempts in a row brought no new byte;
 * ResponseError `incomplete` if nothing shows that the file is complete
 */
export async function fetchFile(
  source: DownloadSource,
  part: PartialFile,
  options: FetchOptions,
): Promise<void> {
  const { signal, clock } = options
  const ends = new Set<string>()
  let farthest = part.bytes
  for (let failures = 0, { opened } = options; ; opened = undefined) {
    let hasEnded = false
    try {
      const download = await openRest(source, part, opened)
      if (download) await append(source, part, download, options)
      hasEnded = true
      await verifyFile(source, part, download?.isFramed, signal)
      return
    } catch (thrown) {
      throwIfAborted(signal)
      const error = hasEnded && endsAsBefore(part, ends) ? toIncomplete(thrown) : thrown
      if (!isExportJobsError(error)) throw error
      if (error.code === 'incomplete') await part.refuse()
      if (!error.retryable) throw error
      const progress = part.bytes - farthest
      farthest += Math.max(0, progress)
      failures = progress > 0 ? 0 : failures + 1
      const pause = Math.max(125 * 2 ** failures, (error as Partial<ApiError>).retryAfter ?? 0)
      if (failures >= mostFailures || pause > longestPause) throw error
      if (progress < goodProgress) await sleepBy(clock, pause, { signal })
    }
  }
}

/**
 * Opens the rest of a file; or the whole file, and empties the part, if the part cannot be resumed.
 *
 * @returns undefined if the part has all bytes already
 */
async function openRest(
  source: DownloadSource,
  part: PartialFile,
  opened: Download | undefined,
): Promise<Download | undefined> {
  const { etag, size } = part.version
  let whole = opened
  if (part.bytes > 0 && (etag || part.bytes === size)) {
    // Before the next request, which may have to wait for its place.
    discard(opened?.body ?? null)
    if (part.bytes === size) return undefined
    const rest = await openRange(source, part)
    if (rest?.start === part.bytes) return rest
    whole = rest
  }
  whole ??= await source.open()
  const { format, isFormatGuessed, digest } = whole
  const strong = isStrong(whole.etag) ? whole.etag : undefined
  await part.restart({ etag: strong, size: whole.size, format, isFormatGuessed, digest })
  return whole
}

/** @returns the rest of the same version; the whole file, if the server ignores ranges; otherwise undefined */
async function openRange(source: DownloadSource, part: PartialFile): Promise<Download | undefined> {
  const { bytes, version } = part
  try {
    const rest = await source.open({ range: { start: bytes }, ifMatch: version.etag as string })
    const isSame = rest.etag === version.etag && (rest.size ?? version.size) === (version.size ?? rest.size)
    if (rest.start === bytes && isSame) {
      const { size = version.size, digest = version.digest } = rest
      await part.update({ ...version, size, digest })
      return rest
    }
    // The same version with another length is not the whole file.
    if (rest.start === 0 && (isSame || (rest.etag && rest.etag !== version.etag))) return rest
    discard(rest.body)
  } catch (error) {
    // The file has changed, or is shorter than the part.
    const { httpStatus } = error as Partial<ApiError>
    if (!isExportJobsError(error) || (httpStatus !== 412 && httpStatus !== 416)) throw error
  }
  return undefined
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
      const message = `The file of ${vendor} ${subject} is longer than the ${size} bytes that the server announced.`
      throw new ResponseError('incomplete', message, vendor, 'Download it again.')
    }
    await part.write(chunk)
    onChunk(chunk.byteLength)
    throwIfAborted(signal)
  }
}

/** Whether an earlier attempt, which also read from the beginning, got the same bytes: so would the next one. */
function endsAsBefore({ bytes, checksum, version }: PartialFile, ends: Set<string>): boolean {
  const end = `${bytes} ${checksum}`
  const isSame = version.etag === undefined && ends.has(end)
  ends.add(end)
  return isSame
}

function toIncomplete(error: unknown): unknown {
  if (!isExportJobsError(error) || !error.retryable) return error
  const message = `${error.message.replace(` ${error.advice}`, '')} Another attempt ended at the same place.`
  return new ResponseError('incomplete', message, error.vendor, 'Start a new export.')
}
