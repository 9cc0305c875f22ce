import { createHmac } from 'node:crypto'
import type { ExportFormat } from '../job.ts'
import { contentTypes, serveContent } from './content.ts'
import type { World } from './vendor.ts'

/** One object of the bucket. */
interface StoredFile {
  /** Its key, ending in `.csv`, `.json` or `.jsonl`. */
  readonly name: string
  readonly text: string
  /** How long the URL lives, in milliseconds; S3 counts whole seconds. */
  readonly life: number
  /** Instant of the clock. */
  readonly storedAt: number
}

/** A bucket of files at an S3 store, which gives them to whoever has a signed URL. */
export interface Bucket {
  /** What the route of its files matches. */
  readonly path: string
  /** Stores a file and signs a URL for it, reachable from where the status was asked. */
  presign(asked: URL, file: StoredFile): string
  serve(request: Request): Response
}

/**
 * A bucket that answers as S3 does: XML errors, 403 once the signature has expired or does not fit, and 400
 * to any request that brings a second kind of credential.
 *
 * @param world - what the vendors share
 * @param vendor - whose files they are
 * @param baseUrl - the vendor's own: who asks there gets a URL at a host of S3, anybody else one at the host that was asked
 */
export function createBucket(world: World, vendor: string, baseUrl: string): Bucket {
  const files = new Map<string, StoredFile>()

  return {
    path: `*/${vendor}-bucket/exports/:name`,

    presign(asked, file) {
      files.set(file.name, file)
      const inProcess = asked.origin === new URL(baseUrl).origin
      const origin = inProcess ? `https://${vendor}-exports.s3.us-east-1.amazonaws.com` : asked.origin
      const url = new URL(`${origin}/${vendor}-bucket/exports/${encodeURIComponent(file.name)}`)
      const date = compactTime(world.wall())
      url.searchParams.set('X-Amz-Algorithm', 'AWS4-HMAC-SHA256')
      url.searchParams.set(
        'X-Amz-Credential',
        `SIMULATEDACCESSKEY/${date.slice(0, 8)}/us-east-1/s3/aws4_request`,
      )
      url.searchParams.set('X-Amz-Date', date)
      url.searchParams.set('X-Amz-Expires', String(Math.max(1, Math.round(file.life / 1000))))
      url.searchParams.set('X-Amz-SignedHeaders', 'host')
      url.searchParams.set('X-Amz-Signature', sign(url))
      return url.href
    },

    serve(request) {
      const url = new URL(request.url)
      if (request.headers.has('authorization')) {
        return failure(
          400,
          'InvalidArgument',
          'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
        )
      }
      if (!url.searchParams.has('X-Amz-Signature')) return failure(403, 'AccessDenied', 'Access Denied')
      if (url.searchParams.get('X-Amz-Signature') !== sign(url)) {
        return failure(
          403,
          'SignatureDoesNotMatch',
          'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
        )
      }
      const seconds = Number(url.searchParams.get('X-Amz-Expires'))
      const expires = parseCompactTime(url.searchParams.get('X-Amz-Date') ?? '') + seconds * 1000
      if (world.wall() >= expires) {
        const times = `<X-Amz-Expires>${seconds}</X-Amz-Expires><Expires>${secondTime(expires)}</Expires><ServerTime>${secondTime(world.wall())}</ServerTime>`
        return failure(403, 'AccessDenied', 'Request has expired', times)
      }
      const name = decodeURIComponent(url.pathname.split('/').at(-1) ?? '')
      const file = files.get(name)
      if (!file) return failure(404, 'NoSuchKey', 'The specified key does not exist.')
      return serveContent(request, file.text, {
        type: contentTypes[name.slice(name.lastIndexOf('.') + 1) as ExportFormat],
        etag: `"${createHmac('md5', 'etag').update(file.text).digest('hex')}"`,
        lastModified: world.wall(file.storedAt),
        ranges: true,
      })
    },
  }
}

/** Over the path and the query, so that an altered expiry does not pass. */
function sign(url: URL): string {
  const query = [...url.searchParams].filter(([name]) => name !== 'X-Amz-Signature')
  return createHmac('sha256', 'simulated')
    .update(`${url.pathname}?${new URLSearchParams(query)}`)
    .digest('hex')
}

function secondTime(wall: number): string {
  return new Date(wall).toISOString().replace(/\.\d+/, '')
}

function compactTime(wall: number): string {
  return secondTime(wall).replace(/[-:]/g, '')
}

function parseCompactTime(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5'))
}

function failure(status: number, code: string, message: string, more = ''): Response {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>${more}<RequestId>SIMULATED0000000</RequestId><HostId>simulated</HostId></Error>`
  return new Response(body, { status, headers: { 'content-type': 'application/xml' } })
}
