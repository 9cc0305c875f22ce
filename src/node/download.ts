import { access, constants, lstat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ConfigurationError } from '../errors.ts'
import type { Download, DownloadableClient } from '../http/download.ts'
import { assertOption, copyOwn, notify } from '../internal/options.ts'
import type { ExportJob } from '../job.ts'
import type { WaitOptions } from '../wait/options.ts'
import { waitForCompletion } from '../wait/wait-for-completion.ts'
import { transfer } from './transfer.ts'

/** How far a download has come. */
export interface DownloadProgress {
  /** Bytes that are there, those of earlier calls included. */
  readonly bytes: number
  /** Bytes of the whole file, where the server tells. */
  readonly total?: number
  /** Mean over this call. */
  readonly bytesPerSecond: number
}

/** What {@link download} takes. */
export interface DownloadToFileOptions<Job extends ExportJob = ExportJob> {
  /** The file to write; or, ending in `/`, a folder that exists, for the vendor's file name, or one with the id. */
  readonly to: string
  /** Called as bytes arrive. What it throws never reaches the download. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined
  /** Ends the download; it rejects with the signal's own reason. */
  readonly signal?: AbortSignal | undefined
  /** Replace a file that is there. Default `false`. */
  readonly overwrite?: boolean | undefined
  /** Wait for completion first, so. Its `clock` paces the retries of the download, too. */
  readonly wait?: WaitOptions<Job> | undefined
}

/**
 * Downloads an exported file. It is written beside its place, as `<to>.part`, readable by its owner only, and put
 * there when it is whole: a file under its final name is never a part of one, and never of two versions.
 *
 * One that breaks off goes on where it stopped, at once; and so does the next call after an abort, an error or the end
 * of the process, where the server has a strong ETag (as S3 has) and honours ranges. Otherwise it begins anew. Beside
 * the part lies a note, `<to>.part.json`, of which export and version it is; of neither a URL nor a secret. A signed
 * URL that has expired is replaced by a fresh one.
 *
 * @param client - of a vendor that has downloads
 * @param refOrJob - the export
 * @returns where the file is, and its size in bytes
 * @throws ConfigurationError `invalid-option` when the file is there and is not to be overwritten; what the last
 * attempt failed with, after five in a row that brought nothing; ResponseError `unexpected-shape` for a page in the
 * file's place, or for a file that is not as long as told or does not have the checksum told; whatever `openDownload`
 * and, with `wait`, `waitForCompletion` reject with; and the errors of Node's file system.
 */
export async function download<Ref, Job extends ExportJob>(
  client: DownloadableClient<Ref, Job>,
  refOrJob: Ref | Job,
  options: DownloadToFileOptions<Job>,
): Promise<{ path: string; bytes: number }> {
  const { to, onProgress, signal, overwrite = false, wait } = copyOwn(options)
  assertOption(typeof to === 'string' && to !== '', 'to must be a file, or a folder ending in "/".')
  signal?.throwIfAborted()
  const isFolder = to.endsWith('/')
  const demandFree = (path: string) => (overwrite ? undefined : demandNone(path))
  if (!isFolder) await demandFree(to)
  // Told now, and not after an hour of waiting.
  await access(isFolder ? to : dirname(to), constants.W_OK)
  const ref = toRef<Ref, Job>(refOrJob)
  const pace = copyOwn(wait)
  let target = wait
    ? await waitForCompletion(client, ref, { ...pace, signal: signal ?? pace.signal })
    : refOrJob
  const opened = isFolder ? await client.openDownload(target, { signal }) : undefined
  const path = opened ? join(to, nameOf(opened, client.vendor, ref)) : to
  if (opened) {
    try {
      await demandFree(path)
    } catch (error) {
      await opened.body.cancel()
      throw error
    }
  }
  const began = performance.now()
  let opens = 0
  let sum = 0
  const part = await transfer({
    owner: { vendor: client.vendor, ref },
    path: `${path}.part`,
    async open(options) {
      // A ref would be looked up each time that the download breaks off; a job is looked up when its URL has expired.
      if (opens++ > 0 && !isJob(target)) target = await client.get(ref, { signal }).catch(() => ref)
      return client.openDownload(target, options)
    },
    opened,
    signal,
    clock: pace.clock,
    mayBeEmpty: isJob(target) && copyOwn(target).totalRecords === 0,
    onBytes({ bytes, size }, arrived) {
      sum += arrived
      const bytesPerSecond = sum / Math.max(0.001, (performance.now() - began) / 1_000)
      notify(onProgress, { bytes, ...(size !== undefined && { total: size }), bytesPerSecond })
    },
  })
  try {
    await demandFree(path)
    signal?.throwIfAborted()
    await part.moveTo(path)
    return { path, bytes: part.bytes }
  } finally {
    await part.close()
  }
}

// Where the vendor proposes no name, one that tells its exports apart.
function nameOf({ fileName, format }: Download, vendor: string, ref: unknown): string {
  const id = typeof ref === 'string' ? ref.replaceAll(/[^\w.-]/g, '-').slice(0, 200) : 'export'
  return fileName ?? `${vendor}-${id}.${format ?? 'bin'}`
}

const isJob = (refOrJob: unknown): refOrJob is ExportJob =>
  typeof refOrJob === 'object' && refOrJob !== null && 'rawStatus' in refOrJob

const toRef = <Ref, Job extends ExportJob>(refOrJob: Ref | Job): Ref =>
  (isJob(refOrJob) ? refOrJob.ref : refOrJob) as Ref

async function demandNone(path: string): Promise<void> {
  const isThere = await lstat(path).then(
    () => true,
    () => false,
  )
  if (!isThere) return
  throw new ConfigurationError(
    'invalid-option',
    `${path} is there already. Choose another name, or set overwrite.`,
  )
}
