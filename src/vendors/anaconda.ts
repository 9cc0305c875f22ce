import type { Client } from 'openapi-fetch'
import type { components, paths } from '../../generated/anaconda.ts'
import { exportJob, startParams } from '../../specs/anaconda.schema.ts'
import type { ExportClient, GetOptions } from '../client.ts'
import { parseUrl } from '../http/base-url.ts'
import type { ClientOptions } from '../http/client-options.ts'
import type { Download, DownloadOptions } from '../http/download.ts'
import { createApi, createCalls } from '../http/openapi-client.ts'
import { whyNotFollowed } from '../http/presigned-url.ts'
import { isObject } from '../http/read-problem.ts'
import { copyOwn } from '../internal/options.ts'
import type { ExportJob } from '../job.ts'
import { defineVendor } from '../vendor/define-vendor.ts'
import { checkStartParams } from '../vendor/start-params.ts'

export type * from '../vendor/public-types.ts'
export { type AnacondaServiceAccountOptions, anacondaServiceAccount } from './anaconda-service-account.ts'

const vendor = 'anaconda'

/** Anaconda's answer about an audit-log export, as it publishes it. */
export type AnacondaExport = components['schemas']['ExportJobResponse']

/** An audit-log export of Anaconda. */
export type AnacondaJob = ExportJob<AnacondaExport, string>

/** What to export; without any of it, everything. Times are RFC 3339 and inclusive. */
export type AnacondaStartParams = components['schemas']['StartExportRequest']

/** Options of {@link createAnacondaClient}. */
export interface AnacondaClientOptions extends ClientOptions {
  /** The id of the organization, sent as `X-Org-Name`; in practice Anaconda needs it. */
  readonly organization?: string | undefined
  /** Sent as `X-API-Version`. Default `'v1'`. */
  readonly apiVersion?: string | undefined
}

/** The raw typed client: every documented operation, with the same token, limits and retries. */
export interface AnacondaApi extends Client<paths> {}

/** A client of Anaconda's audit logs. */
export interface AnacondaClient extends ExportClient<string, AnacondaJob> {
  readonly vendor: 'anaconda'
  /** The raw typed client of openapi-fetch. */
  readonly api: AnacondaApi
  /** Asks once how an export is doing. Its `progress` is approximate: 100 is not yet `completed`. */
  get(id: string, options?: GetOptions): Promise<AnacondaJob>
  /** Starts an export and returns its id. Never retried by itself: a second call is a second export. */
  start(params?: AnacondaStartParams, options?: Omit<GetOptions, 'retries'>): Promise<string>
  /** Opens the exported file, JSON Lines. A signed URL that has expired or is refused is replaced by a fresh one. */
  openDownload(idOrJob: string | AnacondaJob, options?: DownloadOptions): Promise<Download>
}

const calls = createCalls<paths>(vendor)
const downloadPath = '/api/audit-logs/export/{job_id}/download'

const createClient = defineVendor({
  vendor,
  baseUrl: 'https://anaconda.com',
  headers: ({ organization, apiVersion = 'v1' }: AnacondaClientOptions) => ({
    'x-org-name': organization,
    'x-api-version': apiVersion,
  }),
  statuses: {
    pending: 'pending',
    running: 'running',
    completed: 'completed',
    failed: 'failed',
    // Not published; other APIs of Anaconda use both spellings.
    canceled: 'canceled',
    cancelled: 'canceled',
  },
  async get(id: string, { fetch, parse, baseUrl }) {
    const path = { job_id: id }
    const { data } = await calls.GET('/api/audit-logs/export/{job_id}', { params: { path }, fetch })
    const seen = await parse(exportJob, data)
    return {
      id: seen.id,
      status: seen.status,
      raw: data as AnacondaExport,
      createdAt: seen.created_at,
      completedAt: seen.completed_at,
      totalRecords: seen.total_records,
      progress: seen.progress,
      reason: seen.error_message,
      download: { url: readUrl(seen.download_url, seen.id, baseUrl), format: 'jsonl' },
    }
  },
  async start(params: AnacondaStartParams | undefined, { fetch, options }) {
    const body = await checkStartParams(startParams, params, vendor)
    const { data } = await calls.POST('/api/audit-logs/export', { body, fetch })
    return findId(data, options.organization) as string
  },
  download(job: AnacondaJob, { baseUrl }) {
    const given = copyOwn(job.status === 'completed' ? job.download : undefined)
    const url = readUrl(given.url, job.id, baseUrl)
    const isOwn = url?.startsWith(`${baseUrl}/`)
    if (url && isOwn) return { path: url.slice(baseUrl.length), format: 'jsonl' as const }
    return { url, path: downloadPath, params: { job_id: job.id }, format: 'jsonl' as const }
  },
  extend: (client) => ({ api: createApi<paths>(client) }),
})

/**
 * Creates a client for the audit-log exports of Anaconda.
 *
 * @param options - as `token` best {@link anacondaServiceAccount}: tokens expire after 15 minutes, often before the
 * export is done
 * @throws ConfigurationError `invalid-option` for options that are invalid.
 */
export function createAnacondaClient(options: AnacondaClientOptions): AnacondaClient {
  return { ...createClient(options), vendor }
}

// Whether it comes absolute or relative, signed or not, is not published. One that cannot be followed, or is that of
// another export or another application, is not used: the documented route serves the file, too.
function readUrl(url: string | null | undefined, id: string, baseUrl: string): string | undefined {
  const parsed = url ? parseUrl(url, `${baseUrl}/`) : undefined
  if (!parsed || parsed.protocol === 'data:' || whyNotFollowed(parsed.href, baseUrl)) return undefined
  const isOutside = parsed.origin === new URL(baseUrl).origin && !parsed.href.startsWith(`${baseUrl}/`)
  const [, routeId = id] = /\/audit-logs\/export\/([^/]+)\//.exec(parsed.pathname) ?? []
  return isOutside || routeId.toLowerCase() !== id.toLowerCase() ? undefined : parsed.href
}

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

// The key under which the id comes is not published: it is the value that is a UUID. Where there are several, the one
// whose key sounds like it.
function findId(started: unknown, organization: string | undefined): string | undefined {
  const isId = ([, value]: [string, unknown]) =>
    typeof value === 'string' && uuid.test(value) && value !== organization
  const ids = Object.entries(isObject(started) ? started : {}).filter(isId) as [string, string][]
  const [, id] =
    ids.find(([key]) => /job|export|task/i.test(key)) ??
    ids.find(([key]) => !/org|user/i.test(key)) ??
    ids[0] ??
    []
  return id
}
