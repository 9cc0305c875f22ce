import type { DownloadableClient } from '../http/download.ts'
import { throwIfAborted } from '../internal/abort.ts'
import { toRef } from '../internal/ref.ts'
import type { ExportJob } from '../job.ts'
import { assertDownloadable, createDownloadSource, resolveJob } from '../records/download-source.ts'
import { waitForCompletion } from '../wait/wait-for-completion.ts'
import { type DownloadToFileOptions, readDownloadToFileOptions } from './download-options.ts'
import { partSuffix } from './find-part.ts'
import { lockTarget } from './locked-target.ts'
import { checkTarget } from './target.ts'

/**
 * Downloads the file of an export. It is written to `<to>.part`, readable only by its owner, and gets its final name
 * only when it is complete: a file with that name is never partial, and never mixed from two versions.
 *
 * A download that breaks off is resumed at once. After an abort, an error or the end of the process, the next call
 * resumes it if the server has a strong ETag (as S3 has) and supports ranges; otherwise it starts over. A note beside the
 * part, `<to>.part.json`, names the export and the version, but no URL and no secret; a lock file exists while a call
 * runs. An expired signed URL is replaced by a fresh one.
 *
 * @param client - of a vendor that has downloads
 * @param refOrJob - the export
 * @param options - `to`, the file to write, is required
 * @returns the path of the file and its size in bytes
 * @throws ConfigurationError `invalid-option` for a client without downloads, for a target that cannot be written (before
 * any request, unless the vendor names the file), and while another run works on the target. ResponseError `incomplete`
 * if the file is shorter than the vendor counted, does not have its checksum, or was changed on the disk by another
 * program; its part stays. After five attempts in a row without a new byte, the error of the last one. Also whatever
 * `openDownload` and, with `wait`, `waitForCompletion` reject with, and errors of Node's file system.
 */
export async function download<Ref, Job extends ExportJob>(
  client: DownloadableClient<Ref, Job>,
  refOrJob: Ref | Job,
  options: DownloadToFileOptions<Job>,
): Promise<{ path: string; bytes: number }> {
  assertDownloadable(client)
  const settings = readDownloadToFileOptions(options)
  const { signal, wait } = settings
  throwIfAborted(signal)
  const ref = toRef<Ref>(refOrJob as Ref, client.vendor)
  const target = await lockTarget(await checkTarget(settings.to, partSuffix), client, settings)
  try {
    await target.refuseExisting()
    const job = wait ? await waitForCompletion(client, ref, wait) : await resolveJob(client, refOrJob, signal)
    return await target.save(createDownloadSource(client, ref, job, signal))
  } finally {
    await target.release()
  }
}
