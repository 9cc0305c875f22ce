import { writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Readable } from 'node:stream'
import S3rver from '@20minutes/s3rver'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { addManners, type Manners } from './manners.ts'
import { createServerClock } from './server-clock.ts'
import { token } from './vendor.ts'

/** A GET as S3 got it, and how it answered. */
export interface S3Request {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  status: number
}

/** How a URL is signed. */
export interface Signing {
  /** Seconds that the URL is good for. */
  readonly expiresIn?: number
  /** How many seconds ago, by the clock of S3, it was signed. */
  readonly signedAgo?: number
  /** The name to propose for the file. */
  readonly fileName?: string
  /** Signed with another key than the account's. */
  readonly isForged?: boolean
}

// All that has any business with S3. Whatever else comes from a client does not belong there.
const allowed =
  /^(?:host|connection|accept|accept-encoding|accept-language|sec-fetch-mode|user-agent|range|if-match|pragma|cache-control)$/

/** The headers that S3 ought not to have seen, by name; and each secret of the vendor that it saw anywhere. */
export function strayHeaders(requests: readonly S3Request[], secrets: readonly string[] = []): string[] {
  return requests.flatMap(({ url, headers }) => [
    ...Object.keys(headers).filter((name) => !allowed.test(name)),
    ...[token, ...secrets].filter((secret) => JSON.stringify([url, headers]).includes(secret)),
  ])
}

// That newer versions of the SDK need a newer Node is no news to every test.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

const Bucket = 'exports'
// The server's own account.
const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }

const clientAt = (endpoint: string, secretAccessKey = credentials.secretAccessKey): S3Client =>
  new S3Client({
    endpoint,
    credentials: { ...credentials, secretAccessKey },
    region: 'eu-central-1',
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })

/** Serves a bucket that lies in a folder, over HTTP as S3 does: signatures are checked, and how long they are good. */
export async function openS3(directory: string) {
  const clock = createServerClock()
  const manners: Manners = {
    ignoresRanges: false,
    ignoresIfMatch: false,
    weakensEtags: false,
    hidesRefusals: false,
  }
  const s3rver = new S3rver({
    directory,
    silent: true,
    vhostBuckets: false,
    configureBuckets: [{ name: Bucket }],
  })
  addManners(s3rver, manners)
  await s3rver.configureBuckets()
  const answer = s3rver.callback()
  const requests: S3Request[] = []
  const server = createServer((request, response) => {
    const { url = '', headers } = request
    const seen: S3Request = { url, headers: { ...headers }, status: 0 }
    if (request.method === 'GET') requests.push(seen)
    const writeHead = response.writeHead.bind(response)
    // Node would write its own time there.
    response.writeHead = (status: number) => {
      seen.status = status
      response.setHeader('date', clock.now().toUTCString())
      return writeHead(status)
    }
    clock.run(() => answer(request, response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const owner = clientAt(`http://127.0.0.1:${port}`)

  return {
    port,
    clock,
    manners,
    /** Every GET so far. */
    requests,
    /** Puts a file into the bucket, as the vendor does. */
    async put(Key: string, Body: Buffer | Readable, ContentType = 'text/csv'): Promise<void> {
      await owner.send(new PutObjectCommand({ Bucket, Key, Body, ContentType }))
    },
    etagOf: async (key: string): Promise<string> => (await s3rver.store.getMetadata(Bucket, key)).etag,
    /** Gives a file the ETag that S3 gives to one that was uploaded in parts, which is no MD5. */
    setEtag: (key: string, etag: string): Promise<void> =>
      writeFile(s3rver.store.getResourcePath(Bucket, key, 'object.md5'), etag),
    /** Makes URLs that lead to an origin: to S3 itself, or to what stands before it. */
    signer(origin: string) {
      const client = clientAt(origin)
      const forger = clientAt(origin, 'another')
      return (Key: string, signing: Signing = {}): Promise<string> => {
        const { expiresIn = 3_600, signedAgo = 0, fileName, isForged = false } = signing
        const proposal = fileName && { ResponseContentDisposition: `attachment; filename="${fileName}"` }
        const signingDate = new Date(clock.now().getTime() - 1_000 * signedAgo)
        const command = new GetObjectCommand({ Bucket, Key, ...proposal })
        return getSignedUrl(isForged ? forger : client, command, { expiresIn, signingDate })
      }
    },
    async close(): Promise<void> {
      owner.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export type S3 = Awaited<ReturnType<typeof openS3>>
