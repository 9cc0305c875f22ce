import type { ExportFormat } from '../job.ts'

const chunkSize = 65_536

/** How a file is served. */
export interface ContentOptions {
  /** The `Content-Type`. */
  type: string
  /** The name in `Content-Disposition: attachment`. */
  fileName?: string
  /** The `Last-Modified` time; Go's file server sends it, to the second. */
  lastModified?: number
  /** The strong `ETag`, with its quotes; S3 sends one. */
  etag?: string
  /** Whether ranges and preconditions are understood and the length is told. Default `false`. */
  ranges?: boolean
}

/**
 * The records of a finished export.
 *
 * @param count - how many
 */
export function recordsOf(count: number): { id: number; action: string; actor: string }[] {
  return Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    action: index % 2 === 0 ? 'created' : 'updated',
    actor: `user-${index % 7}`,
  }))
}

/**
 * The file of a finished export.
 *
 * @param count - how many records it has
 */
export function fileOf(count: number, format: ExportFormat): string {
  const records = recordsOf(count)
  if (format === 'json') return JSON.stringify(records)
  if (format === 'jsonl') return records.map((record) => `${JSON.stringify(record)}\n`).join('')
  return `id,action,actor\n${records.map(({ id, action, actor }) => `${id},${action},${actor}\n`).join('')}`
}

/** What HTTP calls a format. */
export const contentTypes: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv',
  json: 'application/json',
  jsonl: 'application/x-ndjson',
}

/**
 * Serves a file in chunks, with a single byte range where the vendor understands ranges.
 *
 * @param request - the request
 * @param text - the file
 * @param options - see {@link ContentOptions}
 * @returns 200, 206, 412 or 416
 */
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
