import type { ExportClient } from '../client.ts'
import { ResponseError } from '../errors.ts'
import { throwIfAborted } from '../internal/abort.ts'
import type { Limiter } from '../internal/limiter.ts'
import { assertOption, copyOwn, omitUndefined } from '../internal/options.ts'
import type { ExportFormat, ExportJob } from '../job.ts'
import type { ClientFetch } from './client-fetch.ts'
import { isDataUrl, readDataUrl } from './download-url.ts'
import { type Digest, findUndecoded, isDecompressed, readDigest, readExtent } from './file-headers.ts'
import { readFileName } from './file-name.ts'
import { guardBody, pageInsteadOfFile, stillCoded } from './guard-body.ts'
import { checkHeaders } from './headers.ts'
import { discard } from './read-body.ts'
import type { FailedRequest } from './transport-error.ts'

/** What `openDownload` of a client takes. */
export interface DownloadOptions {
  /** Ends the download, also while its body is read. */
  readonly signal?: AbortSignal | undefined
  /** The bytes to fetch, from `start` to `end` inclusive or to the end of the file. The server may ignore it: see {@link Download.start}. */
  readonly range?: { readonly start: number; readonly end?: number } | undefined
  /** Fail with `http-error` 412 unless the file still has this ETag. */
  readonly ifMatch?: string | undefined
}

/** An exported file on its way. */
export interface Download {
  /** The bytes. Read it or cancel it: it holds a connection. */
  readonly body: ReadableStream<Uint8Array>
  /** Where in the file `body` begins: 0, unless the server honoured `range`. */
  readonly start: number
  /** Bytes of the whole file. */
  readonly size?: number
  readonly format?: ExportFormat
  /** `true`: the format was read off the name in the file's URL. Absent: the vendor is known to write it. */
  readonly isFormatGuessed?: boolean
  /** The name that the vendor proposes: bare and harmless. */
  readonly fileName?: string
  /** Tells versions of the file apart. */
  readonly etag?: string
  /** Of the whole file, where the server tells it. */
  readonly digest?: Digest
  /**
   * `true`: the end of the body is marked, so that one that breaks off is an error. `false`: it is not, and one that
   * breaks off looks like the end. Absent: not known.
   */
  readonly isFramed?: boolean
}

/** A client whose vendor has something to download: those of Tyk, Anaconda and LoyaltyDog. */
export interface DownloadableClient<Ref, Job extends ExportJob> extends ExportClient<Ref, Job> {
  /** Opens the exported file. */
  openDownload(refOrJob: Ref | Job, options?: DownloadOptions): Promise<Download>
}

/** Where a file is fetched from. */
export interface FileSource {
  /** Absolute, or a path below the client's base URL. */
  readonly url: string
  /** It is at another host than the vendor's: no credential goes along. */
  readonly isCrossOrigin: boolean
  readonly format?: ExportFormat | undefined
  /** See {@link Download.isFormatGuessed}. */
  readonly isFormatGuessed?: boolean | undefined
}

/** What fetches files: the client's fetch, and what a file is called in errors. */
export interface FileFetcher extends FailedRequest {
  readonly fetch: ClientFetch
  /** Lets so many downloads be under way at once. */
  readonly limiter: Limiter
  /** How long a download may be idle, in ms. */
  readonly timeout: number
}

/** What is asked of a download, as it is sent. */
export interface DownloadRequest {
  readonly signal: AbortSignal | undefined
  readonly headers: Readonly<Record<string, string>>
}

/** @throws ConfigurationError `invalid-option` for a range or an ETag that is invalid. */
export function readDownloadOptions(options: DownloadOptions | undefined, vendor: string): DownloadRequest {
  const { signal, range, ifMatch } = copyOwn(options)
  const headers = { range: range && toRange(range, vendor), 'if-match': ifMatch }
  return { signal, headers: checkHeaders(headers, vendor) }
}

/**
 * Opens a file. Only its idle time is limited, as its whole time depends on its size.
 *
 * @throws ResponseError when a page comes instead of a file, and whatever a request can fail with. A page that does
 * not say so is refused by its first byte, when the body is read.
 */
export async function openFile(
  fetcher: FileFetcher,
  { url, isCrossOrigin, format, isFormatGuessed = false }: FileSource,
  request: DownloadRequest,
): Promise<Download> {
  const { signal, headers } = request
  const { subject } = fetcher
  throwIfAborted(signal)
  const told = omitUndefined<Pick<Download, 'format' | 'isFormatGuessed'>>({
    format,
    isFormatGuessed: isFormatGuessed || undefined,
  })
  // What stands in the URL itself has arrived already, and is whole.
  if (isDataUrl(url)) {
    const bytes = readDataUrl(url)
    if (!bytes) throw unreadable(fetcher)
    const body = guardBody(new Blob([bytes]).stream(), { ...fetcher, signal })
    return omitUndefined<Download>({ body, start: 0, size: bytes.length, ...told, isFramed: true })
  }
  const { leave } = await fetcher.limiter.enter(signal)
  try {
    // A compressed body would have neither the length nor the ranges of the file.
    const sent = isCrossOrigin ? headers : { ...headers, 'accept-encoding': 'identity' }
    const send = (asked: typeof sent) =>
      fetcher.fetch(url, { subject, isCrossOrigin, stream: true, signal, headers: asked })
    let response = await send(sent)
    let isPartAsked = 'range' in headers
    if (isPartAsked && !isPage(response.headers) && !readExtent(response, true)) {
      // A part of which nobody knows where it begins: the whole is as good as from a server that ignores ranges.
      discard(response.body)
      const { range: _, ...whole } = sent
      response = await send(whole)
      isPartAsked = false
    }
    // By a callback of the request, such as `onRequest`.
    if (signal?.aborted) discard(response.body)
    throwIfAborted(signal)
    return toDownload(response, fetcher, told, { isPartAsked, signal }, leave)
  } catch (error) {
    leave()
    throwIfAborted(signal)
    throw error
  }
}

function noFileIn({ status, headers }: Response, { vendor, subject }: FailedRequest): ResponseError {
  if (status === 206 || headers.has('content-range')) {
    const message = `${vendor} does not say which part of the file it answered for ${subject}.`
    return new ResponseError('unexpected-shape', message, vendor)
  }
  const message = `${vendor} answered HTTP ${status}, which has no file, for ${subject}.`
  return new ResponseError('incomplete', message, vendor, 'Try again in a moment.')
}

function unreadable({ vendor, subject }: FailedRequest): ResponseError {
  const message = `${vendor} gave a data: URI that cannot be read for ${subject}.`
  return new ResponseError('unexpected-shape', message, vendor, 'Poll the export again for another one.')
}

function toDownload(
  response: Response,
  fetcher: FileFetcher,
  told: Pick<Download, 'format' | 'isFormatGuessed'>,
  { isPartAsked, signal }: { readonly isPartAsked: boolean; readonly signal: AbortSignal | undefined },
  leave: () => void,
): Download {
  const { status, headers, body } = response
  const refuse = (error: ResponseError) => {
    discard(body)
    return error
  }
  if (isPage(headers)) throw refuse(pageInsteadOfFile(fetcher))
  const undecoded = findUndecoded(headers)
  if (undecoded && !undecoded.signature) throw refuse(stillCoded(fetcher, undecoded.coding))
  const extent = readExtent(response, isPartAsked)
  if (!extent) throw refuse(noFileIn(response, fetcher))
  return omitUndefined<Download>({
    body: guardBody(body ?? new Blob([]).stream(), {
      ...fetcher,
      signal,
      isRest: extent.start > 0,
      undecoded,
      onEnd: leave,
    }),
    ...extent,
    ...told,
    fileName: readFileName(headers.get('content-disposition')),
    // Of a compressed body the ranges count other bytes than those that are read: it cannot be resumed.
    etag: (!isDecompressed(headers) && headers.get('etag')) || undefined,
    digest: readDigest(headers, status),
    isFramed: isFramed(response),
  })
}

// A runtime reports a body that is shorter than its length, or without the last of its chunks; but Node takes chunks for
// whole that end with a connection which was to close. Of a response that was made in this process, by a mock say,
// nothing can be known.
function isFramed({ headers, body, type }: Response): boolean | undefined {
  const closes = /\bclose\b/i.test(headers.get('connection') ?? '')
  const isChunked = !closes && /\bchunked\b/i.test(headers.get('transfer-encoding') ?? '')
  if (body === null || isChunked || headers.has('content-length')) return true
  return type === 'default' ? undefined : false
}

function toRange(range: NonNullable<DownloadOptions['range']>, vendor: string): string {
  const { start, end } = copyOwn(range)
  const isWhole = [start, end ?? start].every((edge) => Number.isSafeInteger(edge) && edge >= 0)
  assertOption(
    isWhole && start <= (end ?? start),
    'range must be { start, end } in whole bytes, start not behind end.',
    vendor,
  )
  return `bytes=${start}-${end ?? ''}`
}

const isPage = (headers: Headers): boolean =>
  /^\s*(?:text\/html|(?:application|text)\/xml)\b/i.test(headers.get('content-type') ?? '')
