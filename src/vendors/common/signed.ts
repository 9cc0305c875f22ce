import { type ApiError, isExportJobsError } from '../../errors.ts'
import { type Download, type DownloadRequest, type DownloadSource, openBody } from '../../http/download.ts'
import { readExpiry } from '../../http/signed-url.ts'
import type { Transport } from '../../http/transport.ts'
import type { ExportJob } from '../../job.ts'

// What a job was looked up as when its own URL had expired: whoever goes on with it needs no other look.
const renewed = new WeakMap<object, unknown>()

// A URL that was signed just now and is refused is refused for another reason than its age.
const mostLooks = 3

/**
 * Opens a download whose URL the vendor signs. One that has expired, or is refused as a store refuses one that has, is
 * signed anew by another look at the export.
 *
 * @param look - looks the export up, its URL then is a fresh one
 * @param sourceOf - where the file of an export is; what it throws comes out
 * @throws whatever opening it rejects with, after three looks
 */
export async function openSigned<Job extends ExportJob<unknown, string>>(
  transport: Transport,
  idOrJob: string | Job,
  request: DownloadRequest,
  look: (id: string) => Promise<Job>,
  sourceOf: (job: Job) => DownloadSource,
): Promise<Download> {
  const isGiven = typeof idOrJob === 'object' && idOrJob !== null
  let job = isGiven ? ((renewed.get(idOrJob) ?? idOrJob) as Job) : await look(idOrJob)
  for (let looks = isGiven ? 0 : 1; ; looks++) {
    const source = sourceOf(job)
    if (isGiven) renewed.set(idOrJob, job)
    const isLast = looks === mostLooks || !source.isForeign
    if (isLast || !hasExpired(source.url, transport.now())) {
      try {
        return await openBody(transport, source, request)
      } catch (error) {
        if (isLast || !isRefusal(error)) throw error
      }
    }
    job = await look(job.ref)
  }
}

const hasExpired = (url: string, now: number): boolean => (readExpiry(url)?.getTime() ?? now + 1) <= now

// S3 says 403 of an expired signature, and 400 when the credentials it was made with have expired.
const isRefusal = (error: unknown): boolean =>
  isExportJobsError(error) && [400, 403, 410].includes((error as Partial<ApiError>).httpStatus ?? 0)
