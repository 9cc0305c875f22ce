import { createHmac } from 'node:crypto'
import { parseDuration } from '../duration.ts'
import type { ExportFormat } from '../job.ts'
import type { JobScript } from './job-script.ts'
import type { StoredExport, World } from './simulated-vendor.ts'

const chunkSize = 65_536

/** How a file is served. */
interface ContentOptions {
  /** The `Content-Type`. */
  readonly type: string
  /** The name in `Content-Disposition: attachment`. */
  readonly fileName?: string
  /** The `Last-Modified` time, which Go's file server sends. */
  readonly lastModified?: number
  /** The strong `ETag` with its quotes, which S3 sends. */
  readonly etag?: string
  /** Whether ranges and preconditions are supported, and `Content-Length` is sent. Default `false`. */
  readonly ranges?: boolean
}

/** The records of a finished export. */
export function recordsOf(count: number): { id: number; action: string; actor: string }[] {
  return Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    action: index % 2 === 0 ? 'created' : 'updated',
    actor: `user-${index % 7}`,
  }))
}

/** The file of a finished export. */
export function fileOf({ records: count = 3 }: JobScript, format: ExportFormat): string {
  const records = recordsOf(count)
  if (format === 'json') return JSON.stringify(records)
  if (format === 'jsonl') return records.map((record) => `${JSON.stringify(record)}\n`).join('')
  return `id,action,actor\n${records.map(({ id, action, actor }) => `${id},${action},${actor}\n`).join('')}`
}

/** The media types of the formats. */
export const contentTypes: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv',
  json: 'application/json',
  jsonl: 'application/x-ndjson',
}

/** Serves a file in chunks, or a single range of it: answers 200, 206, 412 or 416. */
export function serveContent(request: Request, text: string, options: ContentOptions): Response {
  const bytes = new TextEncoder().encode(text)
  const { type, fileName, lastModified, etag, ranges = false } = options
  const headers = new Headers({ 'content-type': type })
  if (fileName) headers.set('content-disposition', `attachment; filename=${fileName}`)
  if (!ranges) return new Response(streamOf(bytes), { headers })

  const modified = lastModified === undefined ? undefined : new Date(lastModified).toUTCString()
  headers.set('accept-ranges', 'bytes')
  if (modified) headers.set('last-modified', modified)
  if (etag) headers.set('etag', etag)

  const ifMatch = request.headers.get('if-match')
  if (ifMatch && ifMatch !== '*' && ifMatch !== etag) return new Response(null, { status: 412 })
  const ifRange = request.headers.get('if-range')
  const changed = ifRange !== null && ifRange !== (etag ?? modified)
  const range = changed ? undefined : rangeOf(request.headers.get('range'), bytes.length)
  if (range === 'unsatisfiable') {
    return new Response(null, { status: 416, headers: { 'content-range': `bytes */${bytes.length}` } })
  }
  const { start, end } = range ?? { start: 0, end: bytes.length }
  headers.set('content-length', String(end - start))
  if (range) headers.set('content-range', `bytes ${start}-${end - 1}/${bytes.length}`)
  return new Response(streamOf(bytes.subarray(start, end)), { status: range ? 206 : 200, headers })
}

function rangeOf(
  header: string | null,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return undefined
  const suffix = match[1] === ''
  const start = suffix ? Math.max(0, size - Number(match[2])) : Number(match[1])
  const end = suffix || match[2] === '' ? size : Math.min(size, Number(match[2]) + 1)
  return start < end ? { start, end } : 'unsatisfiable'
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let offset = 0
  return new ReadableStream({
    pull(controller) {
      if (offset < bytes.length) controller.enqueue(bytes.slice(offset, offset + chunkSize))
      offset += chunkSize
      if (offset >= bytes.length) controller.close()
    },
  })
}

/**
 * A bucket whose files are read through signed URLs. It answers as S3 does: with XML errors, 403 for a signature that is wrong or has expired, and 400 for a
 * request with another credential besides the signature.
 *
 * @param baseUrl - the vendor's own URL: for requests to it the files are on an S3 host, for others on the same host
 */
export function createBucket(world: World, vendor: string, baseUrl: string) {
  const files = new Map<string, { readonly job: StoredExport; readonly format: ExportFormat }>()

  return {
    /** The pattern of the route of its files. */
    path: `*/${vendor}-bucket/exports/:name`,

    /** Stores the file of an export and signs a URL for it, on the host of the status request or of S3. */
    presign(asked: Request, job: StoredExport, format: ExportFormat) {
      const name = `${job.id}.${format}`
      files.set(name, { job, format })
      const { origin } = new URL(asked.url)
      const isInProcess = origin === new URL(baseUrl).origin
      const host = isInProcess ? `https://${vendor}-exports.s3.us-east-1.amazonaws.com` : origin
      const url = new URL(`${host}/${vendor}-bucket/exports/${encodeURIComponent(name)}`)
      const date = compactTime(world.wall())
      const life = parseDuration(job.script.expiresAfter ?? '1h', 'expiresAfter')
      const query = {
        Algorithm: 'AWS4-HMAC-SHA256',
        Credential: `SIMULATEDACCESSKEY/${date.slice(0, 8)}/us-east-1/s3/aws4_request`,
        Date: date,
        Expires: String(Math.max(1, Math.round(life / 1000))),
        SignedHeaders: 'host',
      }
      for (const [name, value] of Object.entries(query)) url.searchParams.set(`X-Amz-${name}`, value)
      url.searchParams.set('X-Amz-Signature', sign(url))
      return { url: url.href, expiresAt: new Date(world.wall() + life) }
    },

    serve(request: Request): Response {
      const url = new URL(request.url)
      if (request.headers.has('authorization')) {
        const message =
          'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified'
        return failure(400, 'InvalidArgument', message)
      }
      if (!url.searchParams.has('X-Amz-Signature')) return failure(403, 'AccessDenied', 'Access Denied')
      if (url.searchParams.get('X-Amz-Signature') !== sign(url)) {
        const message = 'The request signature we calculated does not match the signature you provided.'
        return failure(403, 'SignatureDoesNotMatch', `${message} Check your key and signing method.`)
      }
      const seconds = Number(url.searchParams.get('X-Amz-Expires'))
      const expires = parseCompactTime(url.searchParams.get('X-Amz-Date') ?? '') + seconds * 1000
      if (world.wall() >= expires) {
        const times = `<X-Amz-Expires>${seconds}</X-Amz-Expires><Expires>${secondTime(expires)}</Expires><ServerTime>${secondTime(world.wall())}</ServerTime>`
        return failure(403, 'AccessDenied', 'Request has expired', times)
      }
      const file = files.get(decodeURIComponent(url.pathname.split('/').at(-1) ?? ''))
      if (!file) return failure(404, 'NoSuchKey', 'The specified key does not exist.')
      const { job, format } = file
      const text = fileOf(job.script, format)
      return serveContent(request, text, {
        type: contentTypes[format],
        etag: `"${createHmac('md5', 'etag').update(text).digest('hex')}"`,
        lastModified: world.wall(job.finishedAt),
        ranges: true,
      })
    },
  }
}

/** Signs the path and the query, so that a changed expiry is refused. */
function sign(url: URL): string {
  const query = [...url.searchParams].filter(([name]) => name !== 'X-Amz-Signature')
  return createHmac('sha256', 'simulated')
    .update(`${url.pathname}?${new URLSearchParams(query)}`)
    .digest('hex')
}

const secondTime = (wall: number): string => new Date(wall).toISOString().replace(/\.\d+/, '')

const compactTime = (wall: number): string => secondTime(wall).replace(/[-:]/g, '')

function parseCompactTime(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5'))
}

function failure(status: number, code: string, message: string, more = ''): Response {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>${more}<RequestId>SIMULATED0000000</RequestId><HostId>simulated</HostId></Error>`
  return new Response(body, { status, headers: { 'content-type': 'application/xml' } })
}
