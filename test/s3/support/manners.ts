import type S3rver from '@20minutes/s3rver'
import type { Context } from '@20minutes/s3rver'

/** What S3, or what stands before it, may do besides its duty. */
export interface Manners {
  /** As a cache before it does: the whole file, whatever was asked for. */
  ignoresRanges: boolean
  /** As servers do that know of no conditions: they send what they have now. */
  ignoresIfMatch: boolean
  /** As a proxy that compresses does. */
  weakensEtags: boolean
  /** As a gateway does that answers for S3: its refusals come as if they were files. */
  hidesRefusals: boolean
}

const refusal = (code: string, message: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`

/**
 * Puts a layer around the S3 server, which knows no `If-Match`: S3 answers 412 to a GET of a version that is no longer
 * there, and does so before it looks at the range. The ETag is the one that the server answers with itself.
 */
export function addManners(server: S3rver, manners: Manners): void {
  server.middleware.unshift(async (context, next) => {
    const { headers } = context.request
    if (manners.ignoresRanges) delete (headers as Record<string, string | undefined>).range
    const refused = await next().then(
      () => undefined,
      (error: { code?: string; toXML?(): string }) => error,
    )
    const wanted = manners.ignoresIfMatch ? undefined : headers['if-match']
    const isAnswer = refused
      ? refused.code === 'InvalidRange'
      : context.status === 200 || context.status === 206
    if (
      wanted !== undefined &&
      isAnswer &&
      !wanted.split(/\s*,\s*/).includes(await etagOf(server, context))
    ) {
      ;(context.body as { destroy?(): void } | undefined)?.destroy?.()
      for (const name of ['etag', 'content-range', 'last-modified']) context.response.remove(name)
      context.status = 412
      context.type = 'application/xml'
      context.body = refusal('PreconditionFailed', 'At least one of the pre-conditions did not hold')
      return
    }
    if (refused && manners.hidesRefusals && refused.toXML) {
      context.status = 200
      context.type = 'application/octet-stream'
      context.body = refused.toXML()
      return
    }
    if (refused) throw refused
    const etag = context.response.get('etag')
    if (manners.weakensEtags && etag) context.set('etag', `W/${etag}`)
  })
}

async function etagOf({ store }: S3rver, { path }: Context): Promise<string> {
  const [, bucket = '', ...key] = decodeURIComponent(path).split('/')
  return (await store.getMetadata(bucket, key.join('/'))).etag
}
