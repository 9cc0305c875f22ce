import type { Download, DownloadableClient, DownloadOptions } from '../http/download.ts'
import { throwIfAborted } from '../internal/abort.ts'
import { isJob, toRef } from '../internal/ref.ts'
import type { ExportJob } from '../job.ts'
import { describeRef } from '../vendor/ref.ts'

/** The file of one export, to be opened as often as it breaks off. */
export interface DownloadSource {
  readonly vendor: string
  readonly ref: unknown
  /** The export in words, for errors. */
  readonly subject: string
  /** The export as far as it is known. */
  readonly job: ExportJob | undefined
  /** Opens the file; the first time with what the caller gave. */
  open(options?: Omit<DownloadOptions, 'signal'>): Promise<Download>
  /** Asks the vendor about the export, unless that is known. It may be unable to tell. */
  findJob(): Promise<ExportJob | undefined>
}

/** @param signal - ends every request */
export function createDownloadSource<Ref, Job extends ExportJob>(
  client: DownloadableClient<Ref, Job>,
  refOrJob: Ref | Job,
  signal: AbortSignal | undefined,
): DownloadSource {
  const { vendor } = client
  const ref = toRef(refOrJob as Ref, vendor)
  let job = isJob(refOrJob) ? (refOrJob as Job) : undefined
  let isFirst = true
  const findJob = async () => {
    job ??= await client.get(ref, { signal }).catch(() => undefined)
    throwIfAborted(signal)
    return job
  }
  return {
    vendor,
    ref,
    subject: describeRef(ref),
    get job() {
      return job
    },
    findJob,
    async open(options) {
      // By a ref, the vendor would be polled each time; by a job, only when its URL has expired.
      if (!isFirst) await findJob()
      isFirst = false
      return client.openDownload(job ?? ref, { ...options, signal })
    },
  }
}
