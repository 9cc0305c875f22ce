// What is used of the S3 server: it has no types of its own.
declare module '@20minutes/s3rver' {
  import type { RequestListener } from 'node:http'

  export interface Context {
    readonly path: string
    readonly request: { readonly headers: Readonly<Record<string, string | undefined>> }
    readonly response: { get(name: string): string; remove(name: string): void }
    status: number
    type: string
    body: unknown
    set(name: string, value: string): void
  }

  export default class S3rver {
    constructor(options: {
      directory: string
      silent: boolean
      vhostBuckets: boolean
      configureBuckets: readonly { name: string }[]
    })
    readonly middleware: ((context: Context, next: () => Promise<void>) => Promise<void>)[]
    readonly store: {
      getMetadata(bucket: string, key: string): Promise<{ etag: string }>
      getResourcePath(bucket: string, key: string, resource: string): string
    }
    configureBuckets(): Promise<unknown>
    callback(): RequestListener
  }
}
