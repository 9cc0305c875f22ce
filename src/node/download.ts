import { constants } from 'node:fs'
import { type FileHandle, lstat, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExportClient } from '../client.ts'
import { ConfigurationError, TransportError } from '../errors.ts'
import { demand, notify, own } from '../guard.ts'
import type { Download, DownloadOptions } from '../http/download.ts'
import type { ExportJob } from '../job.ts'
import type { WaitOptions } from '../wait/options.ts'
import { waitForCompletion } from '../wait/wait.ts'

/** A client whose vendor has something to download: those of Tyk, Anaconda and LoyaltyDog. */
export interface DownloadableClient<Ref, Job extends ExportJob> extends ExportClient<Ref, Job> {
  openDownload(refOrJob: Ref | Job, options?: DownloadOptions): Promise<Download>
}

/** How far a download has come. */
export interface DownloadProgress {
  readonly bytes: number
  /** Bytes of the whole file, where the server tells. */
  readonly total?: number
  /** Mean over the download so far. */
  readonly bytesPerSecond: number
}

/** What {@link download} takes. */
export interface DownloadToFileOptions<Job extends ExportJob = ExportJob> {
  /** The file to write; or, ending in `/`, a folder that exists, for the vendor's file name. */
  readonly to: string
  /** Called as bytes arrive. What it throws never reaches the download. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined
  /** Ends the download; it rejects with the signal's own reason. */
  readonly signal?: AbortSignal | undefined
  /** Replace a file that is there. Default `false`. */
  readonly overwrite?: boolean | undefined
  /** Wait for completion first, so. */
  readonly wait?: WaitOptions<Job> | undefined
}

/**
 * Downloads an exported file. It is written beside its place, as `<to>.part`, readable by its owner only, and put
 * there when it is whole: a file under its final name is never a part of one.
 *
 * @param client - of a vendor that has downloads
 * @param refOrJob - the export
 * @returns where the file is, and its size in bytes
 * @throws ConfigurationError `invalid-option` when the file is there and is not to be overwritten, and whatever
 * `openDownload` and, with `wait`, `waitForCompletion` reject with.
 */
export async function download<Ref, Job extends ExportJob>(
  client: DownloadableClient<Ref, Job>,
  refOrJob: Ref | Job,
  options: DownloadToFileOptions<Job>,
): Promise<{ path: string; bytes: number }> {
  const { to, onProgress, signal, overwrite = false, wait } = own(options)
  demand(typeof to === 'string' && to !== '', 'to must be a file, or a folder ending in "/".')
  if (!to.endsWith('/')) await demandFree(to, overwrite)
  const target = wait ? await waitForCompletion(client, toRef(refOrJob), { signal, ...wait }) : refOrJob
  const opened = await client.openDownload(target, { signal })
  try {
    const path = to.endsWith('/') ? join(to, opened.fileName ?? `export.${opened.format ?? 'bin'}`) : to
    if (path !== to) await demandFree(path, overwrite)
    const part = `${path}.part`
    const bytes = await writePart(part, opened, client.vendor, onProgress)
    await rename(part, path)
    return { path, bytes }
  } finally {
    if (!opened.body.locked) await opened.body.cancel().catch(() => {})
  }
}

function toRef<Ref, Job extends ExportJob>(refOrJob: Ref | Job): Ref {
  const isJob = typeof refOrJob === 'object' && refOrJob !== null && 'rawStatus' in refOrJob
  return (isJob ? refOrJob.ref : refOrJob) as Ref
}

async function demandFree(path: string, overwrite: boolean): Promise<void> {
  const isThere = await lstat(path).then(
    () => true,
    () => false,
  )
  if (!isThere || overwrite) return
  throw new ConfigurationError(
    'invalid-option',
    `${path} is there already. Choose another name, or set overwrite.`,
  )
}

async function writePart(
  part: string,
  { body, size }: Download,
  vendor: string,
  onProgress: DownloadToFileOptions['onProgress'],
): Promise<number> {
  // What an earlier try has left is not ours to trust; a link in its place is not followed.
  await rm(part, { force: true })
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants
  const file = await open(part, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, 0o600)
  try {
    const bytes = await writeAll(file, body, size, onProgress)
    if (size !== undefined && bytes !== size) {
      throw new TransportError(
        'network',
        `The download from ${vendor} ended after ${bytes} of ${size} bytes.`,
        vendor,
      )
    }
    await file.sync()
    await file.close()
    return bytes
  } catch (error) {
    await file.close().catch(() => {})
    await rm(part, { force: true })
    throw error
  }
}

async function writeAll(
  file: FileHandle,
  body: ReadableStream<Uint8Array>,
  total: number | undefined,
  onProgress: DownloadToFileOptions['onProgress'],
): Promise<number> {
  const began = performance.now()
  let bytes = 0
  for await (const chunk of body) {
    await file.writeFile(chunk)
    bytes += chunk.byteLength
    const bytesPerSecond = bytes / Math.max(0.001, (performance.now() - began) / 1_000)
    notify(onProgress, { bytes, ...(total !== undefined && { total }), bytesPerSecond })
  }
  return bytes
}
