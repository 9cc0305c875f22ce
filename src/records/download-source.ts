import type { ExportClient } from '../client.ts'
import { isExportJobsError } from '../errors.ts'
import type { Download, DownloadableClient, DownloadOptions } from '../http/download.ts'
import { discard } from '../http/read-body.ts'
import { throwIfAborted } from '../internal/abort.ts'
import { assertClient } from '../internal/client.ts'
import { assertOption } from '../internal/options.ts'
import { isJob, toRef } from '../internal/ref.ts'
import type { ExportJob } from '../job.ts'
import { describeRef } from '../vendor/ref.ts'

/** The file of one export, to be opened as often as it breaks off. */
export interface DownloadSource {
  readonly vendor: string
  readonly ref: unknown
  /** The export in words, for errors. */
  readonly subject: string
  /** What the vendor counted; absent where it does not tell. */
  readonly job: ExportJob | undefined
  /** Opens the file, or a part of it. */
  open(options?: Omit<DownloadOptions, 'signal'>): Promise<Download>
  /** Opens the file for what is told beside its bytes. The next `open()` of the whole file gives the same one. */
  peek(): Promise<Download>
  /** Lets go of a file that was opened for a peek only. */
  release(): void
}

/** @throws ConfigurationError `invalid-option` for what is no client, or one that has nothing to download. */
export function assertDownloadable(client: unknown): void {
  assertClient(client)
  const { vendor, openDownload } = client as Partial<DownloadableClient<never, never>>
  assertOption(typeof openDownload === 'function', `The ${vendor} client has nothing to download.`, vendor)
}

/**
 * @param job - the export, as {@link resolveJob} tells it
 * @param signal - ends every request
 */
export function createDownloadSource<Ref, Job extends ExportJob>(
  client: DownloadableClient<Ref, Job>,
  ref: Ref,
  job: Job | undefined,
  signal: AbortSignal | undefined,
): DownloadSource {
  // By a ref, the vendor would be polled each time; by a job, only when its URL has expired.
  const request = (options?: DownloadOptions) => client.openDownload(job ?? ref, { ...options, signal })
  let peeked: Download | undefined
  const release = () => {
    discard(peeked?.body ?? null)
    peeked = undefined
  }
  return {
    vendor: client.vendor,
    ref,
    subject: describeRef(ref),
    job,
    async open(options) {
      const opened = options ? undefined : peeked
      if (opened) peeked = undefined
      release()
      return opened ?? request(options)
    },
    async peek() {
      peeked ??= await request()
      return peeked
    },
    release,
  }
}

/**
 * The export that a file is of, for what its vendor counted: a completed job as given, any other polled.
 *
 * @returns undefined where the vendor does not tell: opening the file then shows why, or the file has to show by itself
 * that it is whole
 * @throws a temporary error of the poll, an error that is not of this package, the signal's reason
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
