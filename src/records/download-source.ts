import type { ExportClient } from '../client.ts'
import { isExportJobsError } from '../errors.ts'
import { describeRef } from '../http/check-id.ts'
import type { Download, DownloadableClient, DownloadOptions } from '../http/download.ts'
import { throwIfAborted } from '../internal/abort.ts'
import { assertClient } from '../internal/client.ts'
import { assertOption, copyOwn } from '../internal/options.ts'
import { isJob, toRef } from '../internal/ref.ts'
import type { ExportJob } from '../job.ts'

/** The file of one export, which is opened again whenever a download breaks off. */
export interface DownloadSource {
  readonly vendor: string
  readonly ref: unknown
  /** The export, for error messages. */
  readonly subject: string
  /** The export, with what the vendor counted; undefined if it could not be polled. */
  readonly job: ExportJob | undefined
  /** Opens the file, or a range of it. */
  open(options?: Omit<DownloadOptions, 'signal'>): Promise<Download>
}

/** @throws ConfigurationError `invalid-option` for what is not a client, or a client without downloads. */
export function assertDownloadable(client: unknown): void {
  assertClient(client)
  const { vendor, openDownload } = client as Partial<DownloadableClient<never, never>>
  assertOption(typeof openDownload === 'function', `The ${vendor} client has nothing to download.`, vendor)
}

/**
 * @param job - as {@link resolveJob} returned it
 * @param signal - aborts every request
 */
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
    // With a ref, each request would poll the vendor; with a job, only one whose URL has expired.
    open: async (options) => copyOwn(await client.openDownload(job ?? ref, { ...options, signal })),
  }
}

/**
 * Returns the export of a file, with what the vendor counted: a completed job as it is; any other is polled.
 *
 * @returns undefined if the vendor refuses the poll. Then opening the file shows why, or the file alone must show that it is
 * complete.
 * @throws a temporary error of the poll, an error that is not from this package, or `signal.reason`
 */
export async function resolveJob<Ref, Job extends ExportJob>(
  client: ExportClient<Ref, Job>,
  refOrJob: Ref | Job,
  signal: AbortSignal | undefined,
): Promise<Job | undefined> {
  if (isJob(refOrJob) && refOrJob.status === 'completed') return refOrJob as Job
  const ref = toRef(refOrJob as Ref, client.vendor)
  try {
    return await client.get(ref, { signal })
  } catch (error) {
    throwIfAborted(signal)
    if (!isExportJobsError(error) || error.retryable) throw error
    return undefined
  }
}
