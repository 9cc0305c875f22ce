import type { ExportClient } from '../client.ts'
import { ResponseError } from '../errors.ts'
import { onAbort } from '../internal/abort.ts'
import { assertOption, copyOwn, omitUndefined } from '../internal/options.ts'
import type { ExportFormat, ExportJob } from '../job.ts'
import { discard } from './body.ts'
import { checkHeaders } from './credentials.ts'
import { type Digest, readDigest } from './digest.ts'
import type { Answer } from './exchange.ts'
import { type Subject, timedOut, toTransportError } from './failure.ts'
import { readFileName } from './file-name.ts'
import { createPatience } from './patience.ts'
import type { Transport } from './transport.ts'

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
  /** The name that the vendor proposes: bare and harmless. */
  readonly fileName?: string
  /** Tells versions of the file apart. */
  readonly etag?: string
  /** Of the whole file, where the server tells it. */
  readonly digest?: Digest
}

/** A client whose vendor has something to download: those of Tyk, Anaconda and LoyaltyDog. */
export interface DownloadableClient<Ref, Job extends ExportJob> extends ExportClient<Ref, Job> {
  /** Opens the exported file. */
  openDownload(refOrJob: Ref | Job, options?: DownloadOptions): Promise<Download>
}

/** Where a download is fetched from. */
export interface DownloadSource {
  readonly url: string
  /** What it is, in words for errors. */
  readonly what: string
  /** It is elsewhere than at the vendor: no credential goes along. */
  readonly isForeign: boolean
  readonly format?: ExportFormat | undefined
}

/** What is asked of a download, as it is sent. */
export interface DownloadRequest {
  readonly signal: AbortSignal | undefined
  readonly headers: Readonly<Record<string, string>>
}

/** @throws ConfigurationError `invalid-option` for a range or an ETag that cannot be. */
export function readDownloadOptions(options: DownloadOptions | undefined, vendor: string): DownloadRequest {
  const { signal, range, ifMatch } = copyOwn(options)
  const headers = {
    range: range && toRange(range, vendor),
    'if-match': ifMatch,
  }
  return { signal, headers: Object.fromEntries(checkHeaders(headers, vendor)) }
}

/**
 * Opens a download. Only its idle time is limited, as its whole time depends on its size.
 *
 * @throws ResponseError when a page comes instead of a file, and whatever a request can fail with. A page that does
 * not say so is refused by its first byte, when the body is read.
 */
export async function openBody(
  transport: Transport,
  { url, what, isForeign, format }: DownloadSource,
  { signal, headers }: DownloadRequest,
): Promise<Download> {
  const subject = { vendor: transport.vendor, what: `the download of ${what}` }
  // A compressed body would have neither the length nor the ranges of the file.
  const all = isForeign ? headers : { ...headers, 'accept-encoding': 'identity' }
  const answer = await transport.open(url, { what: subject.what, isForeign, signal, headers: all })
  if (isPage(answer.headers)) {
    await discard(answer.body)
    throw noFile(subject)
  }
  const body = answer.body ?? new Blob([]).stream()
  // What stands in the URL itself has come already, and is whole.
  const inline = url.startsWith('data:') ? await new Response(body).blob() : undefined
  const extent = inline ? { start: 0, size: inline.size } : readExtent(answer, 'range' in headers)
  if (!extent) {
    await discard(body)
    const message = `${subject.vendor} does not say which part of the file it answered for ${subject.what}.`
    throw new ResponseError('unexpected-shape', message, subject.vendor)
  }
  return omitUndefined<Download>({
    body: guardBody(inline?.stream() ?? body, subject, extent.start === 0, transport.timeout, signal),
    ...extent,
    format,
    fileName: readFileName(answer.headers.get('content-disposition')),
    // Of a compressed body the ranges count other bytes than those that are read: it cannot be gone on with.
    etag: (!answer.headers.has('content-encoding') && answer.headers.get('etag')) || undefined,
    digest: readDigest(answer.headers, answer.status),
  })
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

function readExtent(
  { status, headers }: Pick<Answer, 'status' | 'headers'>,
  isPartAsked: boolean,
): { start: number; size: number | undefined } | undefined {
  const toSize = (text: string | null | undefined) =>
    /^\d{1,15}$/.test(text ?? '') ? Number(text) : undefined
  if (status === 206) {
    const part = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(headers.get('content-range') ?? '')
    return part && isPartAsked ? { start: Number(part[1]), size: toSize(part[2]) } : undefined
  }
  // The length of a compressed body is not that of the file.
  return {
    start: 0,
    size: headers.has('content-encoding') ? undefined : toSize(headers.get('content-length')),
  }
}

function noFile({ vendor, what }: Subject): ResponseError {
  const message = `${vendor} answered with a page instead of the file for ${what}. Check baseUrl.`
  return new ResponseError('unexpected-shape', message, vendor)
}

// A byte order mark, a space, a tab, the ends of a line.
const blank = [0xef, 0xbb, 0xbf, 0x20, 0x09, 0x0d, 0x0a]

// HTML and XML begin so, and no export does. `undefined`: it has not begun yet.
function beginsAsPage(chunk: Uint8Array): boolean | undefined {
  const first = chunk.find((byte) => !blank.includes(byte))
  return first === undefined ? undefined : first === 0x3c
}

function guardBody(
  body: ReadableStream<Uint8Array>,
  subject: Subject,
  isFromStart: boolean,
  idle: number,
  signal: AbortSignal | undefined,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  let isPage = isFromStart ? undefined : false
  const release = () => {
    leave?.()
    patience.end()
    return discard(reader)
  }
  const patience = createPatience(idle, () => void release())
  // Also when nobody is reading just now: the connection is let go at once.
  const leave = signal && onAbort(signal, release)
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          patience.begin()
          const { done, value } = await reader.read()
          patience.pause()
          // A body that is let go reads as one that has ended; of some runtimes, as one that broke off.
          if (patience.isOver || signal?.aborted) throw signal?.reason
          if (!done) {
            isPage ??= beginsAsPage(value)
            if (isPage) throw noFile(subject)
            return controller.enqueue(value)
          }
          void release()
          controller.close()
        } catch (error) {
          void release()
          signal?.throwIfAborted()
          throw patience.isOver ? timedOut(subject, idle) : toTransportError(error, subject)
        }
      },
      cancel: release,
    },
    { highWaterMark: 0 },
  )
}
