import type { GetOptions } from '../client.ts'
import { type ApiError, ConfigurationError, isExportJobsError, ResponseError } from '../errors.ts'
import { fillPath } from '../http/check-id.ts'
import {
  type Download,
  type DownloadOptions,
  type FileFetcher,
  type FileSource,
  openFile,
  readDownloadOptions,
} from '../http/download.ts'
import { readExpiry, whyNotFollowed } from '../http/presigned-url.ts'
import { isJob, toRef } from '../internal/ref.ts'
import type { ExportFormat, ExportJob } from '../job.ts'
import { checkRef, describeRef } from './ref.ts'

/** Where a file is: a URL that the vendor signed, to which no credential is sent, or a path at the vendor itself. */
export interface DownloadLocation {
  readonly url?: string | null | undefined
  /** Below the base URL; `{name}` stands for a path parameter. It is used where there is no `url`. */
  readonly path?: string | undefined
  readonly params?: Readonly<Record<string, string>> | undefined
  readonly format?: ExportFormat | undefined
}

/** The vendor's own route for a file, which can be taken without asking about the export first. */
export interface DownloadRoute<Ref> {
  readonly path: string
  readonly params: (ref: Ref) => Readonly<Record<string, string>>
  readonly format?: ExportFormat | undefined
}

/** How a vendor tells where the file of an export is. */
export type DownloadSpec<Ref, Raw> =
  | DownloadRoute<Ref>
  | ((job: ExportJob<Raw, Ref>, vendor: { readonly baseUrl: string }) => DownloadLocation)

/** The client that a download belongs to. */
export interface DownloadingClient<Ref, Raw> extends Omit<FileFetcher, 'subject'> {
  readonly baseUrl: string
  /** The instant by the vendor's clock, in ms since 1970. */
  now(): number
  get(ref: Ref, options?: GetOptions): Promise<ExportJob<Raw, Ref>>
}

// A URL that was signed just now and is refused is refused for another reason than its age.
const mostPolls = 3

/**
 * Opens the file of an export. A signed URL that has expired, or is refused as a store refuses one that has, is
 * replaced by a fresh one: the export is polled again.
 *
 * @throws ConfigurationError `invalid-ref` for an export that has no file, and whatever opening it rejects with.
 */
export async function openVendorDownload<Ref, Raw>(
  spec: DownloadSpec<Ref, Raw>,
  client: DownloadingClient<Ref, Raw>,
  refOrJob: Ref | ExportJob<Raw, Ref>,
  options: DownloadOptions | undefined,
): Promise<Download> {
  const { vendor } = client
  const request = readDownloadOptions(options, vendor)
  const ref = toRef(refOrJob, vendor)
  checkRef(ref, vendor)
  const fetcher = { ...client, subject: `the download of ${describeRef(ref)}` }
  if (typeof spec !== 'function') {
    const url = fillPath(spec.path, spec.params(ref), vendor)
    return openFile(fetcher, { url, isCrossOrigin: false, format: spec.format }, request)
  }
  const poll = () => client.get(ref, { signal: request.signal })
  const given = isJob(refOrJob) ? (refOrJob as ExportJob<Raw, Ref>) : undefined
  let job = given ? ((refreshed.get(given) as typeof given) ?? given) : await poll()
  for (let polls = given ? 0 : 1; ; polls++) {
    const source = toSource(spec(job, client), client, job)
    const isLast = polls >= mostPolls || source?.isCrossOrigin === false
    if (given && source) refreshed.set(given, job)
    if (source && (isLast || !hasExpired(source, client.now()))) {
      try {
        return await openFile(fetcher, source, request)
      } catch (error) {
        if (isLast || !isRefusal(error)) throw error
      }
    } else if (!source && polls > 0) throw noFile(job)
    job = await poll()
  }
}

// What a job was polled as when its own URL had expired: whoever resumes with it needs no other poll.
const refreshed = new WeakMap<object, unknown>()

function toSource(
  { url, path, params, format }: DownloadLocation,
  { vendor, baseUrl }: { readonly vendor: string; readonly baseUrl: string },
  { id }: ExportJob,
): FileSource | undefined {
  if (!url)
    return path ? { url: fillPath(path, params ?? {}, vendor), isCrossOrigin: false, format } : undefined
  const why = whyNotFollowed(url, baseUrl)
  if (why === undefined) return { url, isCrossOrigin: true, format }
  // It is not repeated: it may be signed.
  const message = `The download URL that ${vendor} gave for export "${id}" ${why}, and is not followed.`
  throw new ResponseError('unexpected-shape', message, vendor)
}

function noFile({ vendor, id, rawStatus }: ExportJob): ConfigurationError {
  const message = `The ${vendor} export "${id}" has nothing to download: its status is "${rawStatus}".`
  return new ConfigurationError('invalid-ref', message, vendor, 'Wait for its completion first.')
}

const hasExpired = ({ url }: FileSource, now: number): boolean =>
  (readExpiry(url)?.getTime() ?? now + 1) <= now

// S3 says 403 of an expired signature, and 400 when the credentials it was made with have expired.
const isRefusal = (error: unknown): boolean =>
  isExportJobsError(error) && [400, 403, 410].includes((error as Partial<ApiError>).httpStatus ?? 0)
