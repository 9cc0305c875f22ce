import type { GetOptions } from '../client.ts'
import type { Clock } from '../clock.ts'
import { ApiError, ConfigurationError, isExportJobsError, ResponseError } from '../errors.ts'
import { checkRef, describeRef, fillPath } from '../http/check-id.ts'
import {
  type Download,
  type DownloadOptions,
  type FileFetcher,
  type FileSource,
  openFile,
  readDownloadOptions,
} from '../http/download.ts'
import { readExpiry, readFormat, whyNotFollowed } from '../http/download-url.ts'
import { throwIfAborted } from '../internal/abort.ts'
import { copyOwn } from '../internal/options.ts'
import { isJob, toRef } from '../internal/ref.ts'
import { sleepBy } from '../internal/system-clock.ts'
import type { CompletedJob, ExportFormat, ExportJob, ExportStatus } from '../job.ts'
import { toAnswerError, type VendorContext } from './context.ts'

/** Where a file is: a signed URL, to which no credential is sent, or a path at the vendor itself. */
export interface DownloadLocation {
  readonly url?: string | null | undefined
  /** Below the base URL; `{name}` is a path parameter. Used if there is no `url`. */
  readonly path?: string | undefined
  readonly params?: Readonly<Record<string, string>> | undefined
  readonly format?: ExportFormat | undefined
}

/** The vendor's own route for a file. It can be used without polling the export first. */
export interface DownloadRoute<Ref> {
  /** Below the base URL; `{name}` is a path parameter. */
  readonly path: string
  /** The path parameters of an export. */
  readonly params: (ref: Ref) => Readonly<Record<string, string>>
  readonly format?: ExportFormat | undefined
}

/**
 * Where a vendor has the file of an export: at a fixed route, or where a function of the job says, which may make
 * further requests.
 */
export type DownloadSpec<Ref, Raw, Options> =
  | DownloadRoute<Ref>
  | ((
      job: JobToDownload<Raw, Ref>,
      context: VendorContext<Options>,
    ) => DownloadLocation | undefined | Promise<DownloadLocation | undefined>)

/** An export whose file is wanted. If it is not completed, it has no `download`. */
export type JobToDownload<Raw, Ref> = ExportJob<Raw, Ref> & Pick<CompletedJob<Raw, Ref>, 'download'>

/** The client that a download belongs to. */
export interface DownloadingClient<Ref, Raw, Options> extends Omit<FileFetcher, 'subject'> {
  readonly baseUrl: string
  readonly clock: Clock
  begin(subject: string, options: GetOptions): VendorContext<Options>
  /** The instant by the vendor's clock, in ms since 1970. */
  now(): number
  get(ref: Ref, options?: GetOptions): Promise<ExportJob<Raw, Ref>>
}

// Ms before the next attempt: a store may get the file a moment after the vendor says that the export is completed.
const pauses = [250, 500, 1_000, 1_500]

// Ms after the completion of an export in which a store may not have the file yet.
const longestDelay = 60_000

// If a URL that was signed just now is refused, its age is not the reason.
const mostPolls = 3

/**
 * Opens the file of an export. If its signed URL has expired, or is refused as if it had, the export is polled again
 * for a fresh one. If there is no file yet, it is polled again for a few seconds.
 *
 * @throws ConfigurationError `invalid-ref` for an export that has no file, and whatever {@link openFile} throws.
 */
export async function openVendorDownload<Ref, Raw, Options>(
  spec: DownloadSpec<Ref, Raw, Options>,
  client: DownloadingClient<Ref, Raw, Options>,
  refOrJob: Ref | ExportJob<Raw, Ref>,
  options: DownloadOptions | undefined,
): Promise<Download> {
  const { vendor, clock } = client
  const request = readDownloadOptions(options, vendor)
  const { signal } = request
  const ref = toRef(refOrJob, vendor)
  checkRef(ref, vendor)
  const fetcher = { ...client, subject: `the download of ${describeRef(ref)}` }
  const given = isJob(refOrJob) ? (refOrJob as ExportJob<Raw, Ref>) : undefined
  const poll = () => client.get(ref, { signal })
  let polls = given || typeof spec !== 'function' ? 0 : 1
  let job = given ? ((refreshed.get(given) as typeof given) ?? given) : polls > 0 ? await poll() : undefined
  for (let retries = 0; ; retries++) {
    const source =
      typeof spec === 'function'
        ? await locate(spec, job as ExportJob<Raw, Ref>, client.begin(fetcher.subject, { signal }), client)
        : routeOf(spec, ref, copyOwn(job as JobToDownload<Raw, Ref> | undefined).download, vendor)
    if (!source && polls > 0) throw noFile(job as ExportJob)
    if (given && source) refreshed.set(given, job)
    const isLast = polls >= mostPolls || source?.isCrossOrigin === false
    if (source && (isLast || !hasExpired(source, client.now()))) {
      try {
        return await openFile(fetcher, source, request)
      } catch (error) {
        const status = isExportJobsError(error) ? (error as Partial<ApiError>).httpStatus : undefined
        const isMissing = status === 404
        if (isMissing && job?.status !== 'completed') {
          job = await poll().catch(() => undefined)
          throwIfAborted(signal)
          if (job && job.status !== 'completed') throw notReady(job, error as ApiError)
        }
        const mayHelp = isMissing
          ? job && !isLongComplete(job, given, client.now())
          : !isLast && refusals.has(status)
        const pause = pauses[retries]
        if (!mayHelp || pause === undefined) throw error
        // The user's own URL was refused for its age. A fresh one was refused because there is no file yet.
        if (isMissing || polls > 0) await sleepBy(clock, pause, { signal })
      }
    }
    job = await poll()
    polls++
  }
}

// S3 answers 403 for an expired signature, and 400 if the credentials that it was made with have expired.
const refusals = new Set<unknown>([400, 403, 410])

// The job with a fresh URL for each job whose own URL had expired, so that resuming needs no further poll.
const refreshed = new WeakMap<object, unknown>()

function routeOf<Ref>(
  { path, params, format: fixed }: DownloadRoute<Ref>,
  ref: Ref,
  told: { readonly format?: ExportFormat | undefined } | undefined,
  vendor: string,
): FileSource {
  const format = fixed ?? copyOwn(told).format
  return { url: fillPath(path, params(ref), vendor), isCrossOrigin: false, format }
}

async function locate<Ref, Raw, Options>(
  spec: Exclude<DownloadSpec<Ref, Raw, Options>, DownloadRoute<Ref>>,
  given: ExportJob<Raw, Ref>,
  context: VendorContext<Options>,
  { vendor, baseUrl }: DownloadingClient<Ref, Raw, Options>,
): Promise<FileSource | undefined> {
  const job = copyOwn<JobToDownload<Raw, Ref>>(given)
  const download = job.status === 'completed' ? job.download && copyOwn(job.download) : undefined
  let why: string | undefined
  try {
    const location = await spec(Object.assign(job, { download }) as JobToDownload<Raw, Ref>, context)
    const { url, path, params, format: told } = copyOwn(location)
    const format = told ?? download?.format
    const isFormatGuessed = !!url && !told && format === readFormat(url)
    why = url ? whyNotFollowed(url, baseUrl) : undefined
    if (url && why === undefined) return { url, isCrossOrigin: true, format, isFormatGuessed }
    if (path) return { url: fillPath(path, params ?? {}, vendor), isCrossOrigin: false, format }
    if (why === undefined) return undefined
  } catch (error) {
    throwIfAborted(context.call.signal)
    throw toAnswerError(error, { vendor, subject: `export "${job.id}"` })
  }
  // The URL is not repeated, as it may be signed.
  const message = `The download URL that ${vendor} gave for export "${job.id}" ${why}, and is not followed.`
  throw new ResponseError('unexpected-shape', message, vendor)
}

function noFile({ vendor, id, status, rawStatus }: ExportJob): ConfigurationError {
  const message = `The ${vendor} export "${id}" has nothing to download: its status is "${rawStatus}".`
  return new ConfigurationError('invalid-ref', message, vendor, adviceFor(status))
}

/** The vendor's refusal, with its reason: the export is not completed. */
function notReady({ vendor, id, status, rawStatus }: ExportJob, refusal: ApiError): ApiError {
  const message = `${vendor} has no file of export "${id}": its status is "${rawStatus}".`
  return new ApiError(message, { ...refusal, vendor, advice: adviceFor(status) })
}

function adviceFor(status: ExportStatus): string {
  if (status === 'completed') return 'Try again in a moment; if there is still no file, start a new export.'
  const hasEnded = status === 'failed' || status === 'canceled' || status === 'expired'
  return hasEnded ? 'Start a new export.' : 'Wait for its completion first.'
}

const hasExpired = ({ url }: FileSource, now: number): boolean =>
  (readExpiry(url)?.getTime() ?? now + 1) <= now

/** Whether the export was completed so long ago that a missing file will not come any more. */
function isLongComplete(job: ExportJob, given: ExportJob | undefined, now: number): boolean {
  const { status, answeredAt } = copyOwn(given)
  // In a job that was stored as JSON, dates are text.
  const completedBy = copyOwn(job).completedAt ?? (status === 'completed' ? answeredAt : undefined)
  return completedBy !== undefined && now - new Date(completedBy).getTime() > longestDelay
}
