import * as z from 'zod/mini'
import type { GetOptions } from '../../../src/client.ts'
import type { Token } from '../../../src/http/client-options.ts'
import type { DownloadOptions } from '../../../src/http/download.ts'
import { defineVendor } from '../../../src/vendor/define-vendor.ts'
import { acmeStatuses } from '../../support/acme.ts'

const lenient = <Schema extends z.ZodMiniType>(schema: Schema) => z.catch(z.optional(schema), undefined)

const acmeExport = z.looseObject({
  id: z.string(),
  state: z.string(),
  percent: lenient(z.nullable(z.number())),
  rows: lenient(z.nullable(z.number())),
  created_at: lenient(z.nullable(z.string())),
  note: lenient(z.nullable(z.string())),
  file: lenient(z.nullable(z.looseObject({ url: lenient(z.string()) }))),
})

/** A vendor as a user would define one, with a file at a signed URL. */
export const createAcmeClient = defineVendor({
  vendor: 'acme',
  baseUrl: 'https://api.acme.example/v1',
  auth: (token) => ({ 'x-api-key': token }),
  statuses: acmeStatuses,
  async get(id: string, { request }) {
    const raw = await request({ path: '/exports/{id}', params: { id }, schema: acmeExport })
    return {
      id: raw.id,
      status: raw.state,
      progress: raw.percent,
      totalRecords: raw.rows,
      createdAt: raw.created_at,
      reason: raw.note,
      download: { url: raw.file?.url, format: 'csv' },
      raw,
    }
  },
  async start(params: { kind: string }, { request }) {
    return (await request({ path: '/exports', json: params, schema: z.looseObject({ id: z.string() }) })).id
  },
  async cancel(id, { request }) {
    await request({ method: 'DELETE', path: '/exports/{id}', params: { id } })
  },
  download: (job) => ({ url: job.status === 'completed' ? job.download?.url : undefined }),
})

export type AcmeClient = ReturnType<typeof createAcmeClient>
export type Get = (ref: string, options?: GetOptions) => ReturnType<AcmeClient['get']>
export type Open = (ref: never, options?: DownloadOptions) => ReturnType<AcmeClient['openDownload']>

/** Options of {@link conformance} for it, with any client. */
export const acmeSuite = (create: (fetch: typeof globalThis.fetch, token: Token) => AcmeClient) => ({
  createClient: (fetch: typeof globalThis.fetch, { token }: { token: Exclude<Token, string> }) =>
    create(fetch, token),
  respond,
  refs: {
    pending: 'e-queued',
    running: 'e-busy',
    completed: 'e-done',
    failed: 'e-broken',
    canceled: 'e-stopped',
    missing: 'e-nobody',
  },
  params: { kind: 'users' },
})

const signature = '0123456789abcdef0123456789abcdef'

function respond(request: Request): Response {
  const { host, pathname } = new URL(request.url)
  if (host !== 'api.acme.example')
    return new Response('id,name\n1,one\n', { headers: { 'content-type': 'text/csv' } })
  if (request.method === 'POST') return Response.json({ id: 'e-queued' }, { status: 201 })
  const [, state = ''] = /^\/v1\/exports\/e-(queued|busy|done|broken|stopped)$/.exec(pathname) ?? []
  if (!state) return Response.json({ error: 'no such export' }, { status: 404 })
  return Response.json({
    id: `e-${state}`,
    state,
    percent: state === 'busy' ? 40 : null,
    rows: state === 'done' ? 1 : null,
    created_at: '2026-01-02T03:04:05Z',
    note: state === 'broken' ? 'disk full' : null,
    file: state === 'done' ? { url: `https://files.acme.example/e.csv?X-Amz-Signature=${signature}` } : null,
  })
}
