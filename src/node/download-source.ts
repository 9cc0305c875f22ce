import type { Download, DownloadableClient, DownloadOptions } from '../http/download.ts'
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
