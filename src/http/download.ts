import type { ExportClient } from '../client.ts'
import type { ResponseError } from '../errors.ts'
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
import { badResponse, type FailedRequest } from './transport-error.ts'

/** What `openDownload` of a client takes. */
export interface DownloadOptions {
  /** Ends the download, even while its body is being read. */
  readonly signal?: AbortSignal | undefined
  /**
   * The bytes to fetch, from `start` to `end` inclusive or to the end of the file. The server may ignore it: see
   * {@link Download.start}.
   */
  readonly range?: { readonly start: number; readonly end?: number } | undefined
  /** Fail with `http-error` 412 unless the file still has this ETag. */
  readonly ifMatch?: string | undefined
}

/** An opened download of an exported file. */
export interface Download {
  /** The bytes. Read or cancel it: it holds a connection. */
  readonly body: ReadableStream<Uint8Array>
  /** Where in the file `body` begins, in bytes: 0, unless the server honoured `range`. */
  readonly start: number
  /** Bytes of the whole file. */
  readonly size?: number
  readonly format?: ExportFormat
  /** `true`: `format` is only the file extension in the URL. Absent: it is what the vendor is known to write. */
  readonly isFormatGuessed?: boolean
  /** The name that the vendor proposes, made safe: without a folder or special characters. */
  readonly fileName?: string
  /** Tells versions of the file apart. */
  readonly etag?: string
  /** The hash of the whole file, if the server sends one. */
  readonly digest?: Digest
  /**
   * `true`: the response marks the end of its body, so a body that breaks off is an error. `false`: it does not, so a
   * body that breaks off looks complete. Absent: unknown.
   */
  readonly isFramed?: boolean
}

/** A client with downloads: those of Tyk, Anaconda and LoyaltyDog. */
export interface DownloadableClient<Ref, Job extends ExportJob> extends ExportClient<Ref, Job> {
  /**
   * Opens the exported file. A signed URL that has expired or is refused is replaced by a fresh one.
   *
   * @throws ConfigurationError `invalid-ref` for an export that has no file; ApiError for a refusal; TransportError;
   * ResponseError.
   */
  openDownload(refOrJob: Ref | Job, options?: DownloadOptions): Promise<Download>
}

/** Where a file is fetched from. */
export interface FileSource {
  /** Absolute, or a path below the client's base URL. */
  readonly url: string
  /** It is on another host than the vendor's: no credential is sent. */
  readonly isCrossOrigin: boolean
  readonly format?: ExportFormat | undefined
  /** See {@link Download.isFormatGuessed}. */
  readonly isFormatGuessed?: boolean | undefined
}

/** What fetches files: the client's fetch, and what a file is called in errors. */
export interface FileFetcher extends FailedRequest {
  readonly fetch: ClientFetch
  /** Limits how many downloads are open at once. */
  readonly limiter: Limiter
  /** How long a read may wait for the next chunk, in ms. */
  readonly timeout: number
}

/** The options of a download, checked. */
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
 * Opens a file. Only its idle time is limited, as its total time depends on its size.
 *
 * @throws ResponseError if a page comes instead of a file, and whatever a request can fail with. A page that its
 * headers do not show is refused when the body is read.
 */
export async function openFile(
  fetcher: FileFetcher,
  source: FileSource,
  request: DownloadRequest,
): Promise<Download> {
  const { url, isCrossOrigin, format, isFormatGuessed } = copyOwn(source)
  const { signal, headers } = request
  const { subject } = fetcher
  throwIfAborted(signal)
  const known = { format, isFormatGuessed: isFormatGuessed || undefined }
  if (isDataUrl(url)) {
    const bytes = readDataUrl(url)
    if (!bytes) throw unreadable(fetcher)
    const body = guardBody(new Blob([bytes]).stream(), { ...fetcher, signal })
    return omitUndefined<Download>({ body, start: 0, size: bytes.length, ...known, isFramed: true })
  }
  const { leave } = await fetcher.limiter.enter(signal)
  try {
    // A compressed body would have neither the length nor the ranges of the file.
    const sent = isCrossOrigin ? headers : { ...headers, 'accept-encoding': 'identity' }
    const send = (headers: typeof sent) =>
      fetcher.fetch(url, { subject, isCrossOrigin, stream: true, signal, headers })
    let response = await send(sent)
    let isPartAsked = Object.hasOwn(headers, 'range')
    if (isPartAsked && !isPage(response.headers) && !readExtent(response, true)) {
      // The server does not say where its part begins. The whole file serves as well.
      discard(response.body)
      const { range: _, ...whole } = sent
      response = await send(whole)
      isPartAsked = false
    }
    // A callback such as `onRequest` may have aborted.
    if (signal?.aborted) discard(response.body)
    throwIfAborted(signal)
    return { ...toDownload(response, fetcher, isPartAsked, signal, leave), ...omitUndefined(known) }
  } catch (error) {
    leave()
    throwIfAborted(signal)
    throw error
  }
}

function noFileIn({ status, headers }: Response, request: FailedRequest): ResponseError {
  return status === 206 || headers.has('content-range')
    ? badResponse('unexpected-shape', request, 'does not say which part of the file it answered')
    : badResponse(
        'incomplete',
        request,
        `answered HTTP ${status}, which has no file,`,
        'Try again in a moment.',
      )
}

const unreadable = (request: FailedRequest): ResponseError =>
  badResponse(
    'unexpected-shape',
    request,
    'gave a data: URI that cannot be read',
    'Poll the export again for another one.',
  )

function toDownload(
  response: Response,
  fetcher: FileFetcher,
  isPartAsked: boolean,
  signal: AbortSignal | undefined,
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
  const guard = { ...fetcher, signal, isRest: extent.start > 0, undecoded, onEnd: leave }
  return omitUndefined<Download>({
    body: guardBody(body ?? new Blob([]).stream(), guard),
    ...extent,
    fileName: readFileName(headers.get('content-disposition')),
    // The ranges of a compressed body count other bytes than those that are read, so it cannot be resumed.
    etag: (!isDecompressed(headers) && headers.get('etag')) || undefined,
    digest: readDigest(headers, status),
    isFramed: isFramed(response),
  })
}

// A runtime reports a body that is shorter than its length or lacks its last chunk. But Node accepts a chunked body
// that ends with the connection if that was to close. Nothing is known of a response that was made in this process, by
// a mock for example.
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
