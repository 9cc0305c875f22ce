/** Audit-log exports of Anaconda. @module export-jobs/anaconda */

import type { Client } from 'openapi-fetch'
import type { components, paths } from '../../generated/anaconda.ts'
import { exportJob, startParams } from '../../specs/anaconda.schema.ts'
import {
  type ClientOptions,
  createTypedClient,
  type DownloadableClient,
  defineVendor,
  type ExportJob,
  type GetOptions,
} from '../vendor/index.ts'
import { findId, isUrlOf } from './anaconda-answers.ts'

export type * from '../vendor/public-types.ts'
export * from './anaconda-service-account.ts'

const vendor = 'anaconda'

type Schemas = components['schemas']
type Answer = Schemas['ExportJobResponse']
type StartParams = Schemas['StartExportRequest']

/** Anaconda's answer about an audit-log export, as it publishes it. */
export interface AnacondaExport extends Answer {}

/** An audit-log export of Anaconda. */
export type AnacondaJob = ExportJob<AnacondaExport, string>

/** What to export; without any of it, everything. Times are RFC 3339 and inclusive. */
export interface AnacondaStartParams extends StartParams {}

/** Options of {@link createAnacondaClient}. */
export interface AnacondaClientOptions extends ClientOptions {
  /** The id of the organization, sent as `X-Org-Name`; in practice Anaconda needs it. */
  readonly organization?: string | undefined
  /** Sent as `X-API-Version`. Default `'v1'`. */
  readonly apiVersion?: string | undefined
}

/** The raw typed client: every documented operation, with the same token, limits and retries. */
export interface AnacondaApi extends Client<paths> {}

/** A client of Anaconda's audit logs. The exported file is JSON Lines. */
export interface AnacondaClient extends DownloadableClient<string, AnacondaJob> {
  readonly vendor: 'anaconda'
  /** The raw typed client of openapi-fetch. */
  readonly api: AnacondaApi
  /** Asks once how an export is doing; a `progress` of 100 is not yet `completed`. @throws ExportJobsError. */
  get(id: string, options?: GetOptions): Promise<AnacondaJob>
  /**
   * Starts an export and returns its id. Never retried by itself: a second call is a second export.
   *
   * @throws ResponseError `unexpected-shape` if the answer has no id: the export may have been started.
   */
  start(params?: AnacondaStartParams, options?: Omit<GetOptions, 'retries'>): Promise<string>
}

const calls = createTypedClient<paths>({ vendor })
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
    // Not documented. Other APIs of Anaconda use both spellings.
    canceled: 'canceled',
    cancelled: 'canceled',
  },
  async get(id: string, { fetch, parse, resolveUrl }) {
    const path = { job_id: id }
    const { data } = await calls.GET('/api/audit-logs/export/{job_id}', { params: { path }, fetch })
    const seen = await parse(exportJob, data)
    const url = resolveUrl(seen.download_url)
    return {
      id: seen.id,
      status: seen.status,
      raw: data as AnacondaExport,
      createdAt: seen.created_at,
      completedAt: seen.completed_at,
      totalRecords: seen.total_records,
      progress: seen.progress,
      reason: seen.error_message,
      download: { url: url && isUrlOf(seen.id, url) ? url : undefined, format: 'jsonl' },
    }
  },
  async start(params: AnacondaStartParams | undefined, { fetch, options, checkParams }) {
    const body = (await checkParams(startParams, params)) as AnacondaStartParams
    const { data } = await calls.POST('/api/audit-logs/export', { body, fetch })
    return findId(data, options.organization) as string
  },
  download(job, { baseUrl, resolveUrl }) {
    // The job comes from the user, and so may its URL.
    const url = resolveUrl(job.download?.url)
    const isOfJob = url !== undefined && isUrlOf(job.id, url)
    if (isOfJob && url.startsWith(`${baseUrl}/`)) return { path: url, format: 'jsonl' }
    return { url: isOfJob ? url : undefined, path: downloadPath, params: { job_id: job.id }, format: 'jsonl' }
  },
  extend: (client) => ({ api: createTypedClient<paths>(client) }),
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
