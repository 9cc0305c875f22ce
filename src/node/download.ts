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
 * Downloads an exported file. It is written beside its place, as `<to>.part`, readable by its owner only, and gets its
 * final name when it is whole: a file under that name is never a part of one, and never of two versions.
 *
 * A download that breaks off is resumed at once; and by the next call after an abort, an error or the end of the
 * process, where the server has a strong ETag (as S3 has) and honours ranges. Otherwise it begins anew. Beside the part
 * lies a note, `<to>.part.json`, of which export and version it is, with neither a URL nor a secret; and, while a call
 * is under way, a lock. A signed URL that has expired is replaced by a fresh one.
 *
 * @param client - of a vendor that has downloads
 * @param refOrJob - the export
 * @returns where the file is, and its size in bytes
 * @throws ConfigurationError `invalid-option` for a client without downloads, and for a target that cannot be written:
 * before any request, unless it lies in a folder under the vendor's name; also while another run works on the target. ResponseError `incomplete` for a
 * file that is shorter than the vendor counted, does not have its checksum, or was changed on the disk by another
 * program: its part stays. What the last attempt failed with, after five in a row that brought nothing; whatever
 * `openDownload` and, with `wait`, `waitForCompletion` reject with; and the errors of Node's file system.
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
    const file = await target.fetch(createDownloadSource(client, ref, job, signal))
    try {
      await file.place()
      await target.release()
      return { path: file.path, bytes: file.bytes }
    } finally {
      await file.close()
    }
  } finally {
    await target.release()
  }
}
