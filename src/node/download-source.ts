import { type ApiError, isExportJobsError } from '../errors.ts'
import type { Download, DownloadableClient, DownloadOptions } from '../http/download.ts'
import { discard } from '../http/read-body.ts'
import type { ExportJob } from '../job.ts'
import { describeRef } from '../vendor/ref.ts'
import { isStrong, type PartialFile } from './partial-file.ts'

/** The file of one export, to be opened as often as it breaks off. */
export interface DownloadSource {
  readonly vendor: string
  readonly ref: unknown
  /** The export in words, for errors. */
  readonly subject: string
  /** What the vendor counted; absent where it does not tell. */
  readonly job: ExportJob | undefined
  open(options?: Omit<DownloadOptions, 'signal'>): Promise<Download>
}

/** @param signal - ends every request */
export function createDownloadSource<Ref, Job extends ExportJob>(
  client: DownloadableClient<Ref, Job>,
  ref: Ref,
  job: Job | undefined,
  signal: AbortSignal | undefined,
): DownloadSource {
  return {
    vendor: client.vendor,
    ref,
    subject: describeRef(ref),
    job,
    // By a ref, the vendor would be polled each time; by a job, only when its URL has expired.
    open: (options) => client.openDownload(job ?? ref, { ...options, signal }),
  }
}

/**
 * Opens a file where its part ends, or at its beginning where that cannot be added to: the part is empty then.
 *
 * @param first - the file, if it is open already
 * @returns undefined where all bytes are there already
 */
export async function openRest(
  source: DownloadSource,
  part: PartialFile,
  first: Download | undefined,
): Promise<Download | undefined> {
  const { etag, size } = part.version
  if (part.bytes > 0 && (etag || part.bytes === size)) {
    discard(first?.body ?? null)
    if (part.bytes === size) return undefined
    const rest = await openRange(source, part)
    if (rest?.start === part.bytes) return rest
    first = rest
  }
  const whole = first ?? (await source.open())
  const { format, digest } = whole
  const strong = isStrong(whole.etag) ? whole.etag : undefined
  await part.restart({ etag: strong, size: whole.size, format, digest })
  return whole
}

/** @returns the rest of the same version; or the whole file, from a server that ignores ranges */
async function openRange(source: DownloadSource, part: PartialFile): Promise<Download | undefined> {
  const { bytes, version } = part
  try {
    const rest = await source.open({ range: { start: bytes }, ifMatch: version.etag as string })
    const isSame = rest.etag === version.etag && (rest.size ?? version.size) === (version.size ?? rest.size)
    if (rest.start === bytes && isSame) {
      const { size = version.size, format = version.format, digest = version.digest } = rest
      await part.update({ etag: version.etag, size, format, digest })
      return rest
    }
    if (rest.start === 0) return rest
    discard(rest.body)
  } catch (error) {
    // The file has changed, or is shorter than the part.
    const { httpStatus } = error as Partial<ApiError>
    if (!isExportJobsError(error) || (httpStatus !== 412 && httpStatus !== 416)) throw error
  }
  return undefined
}
