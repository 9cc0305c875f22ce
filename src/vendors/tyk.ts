/** Proxy-log exports of Tyk AI Studio. @module export-jobs/tyk */

import type { Client } from 'openapi-fetch'
import type { components, paths } from '../../generated/tyk.ts'
import { exportResponse, startParams } from '../../specs/tyk.schema.ts'
import {
  type ClientOptions,
  createTypedClient,
  type DownloadableClient,
  defineVendor,
  type ExportJob,
  type GetOptions,
} from '../vendor/index.ts'

export type * from '../vendor/public-types.ts'

const vendor = 'tyk'

type Schemas = components['schemas']
type Answer = Schemas['models.ProxyLogExportResponse']
type StartParams = Schemas['StartExportRequest']
type Attributes = Schemas['models.ProxyLogExportAttributes']

/** Tyk AI Studio's answer about a proxy-log export, as it publishes it. */
export interface TykExport extends Answer {
  id: string
  attributes: TykExportAttributes
}

/** What Tyk AI Studio reports about an export. */
export interface TykExportAttributes extends Attributes {
  status: components['schemas']['models.ExportStatus']
}

/** A proxy-log export of Tyk AI Studio. */
export type TykJob = ExportJob<TykExport, string>

/** What to export: days are `YYYY-MM-DD`, in UTC. */
export interface TykStartParams extends StartParams {}

/** Options of {@link createTykClient}. */
export interface TykClientOptions extends ClientOptions {
  /** `https://<your host>/api/v1`: Tyk AI Studio is hosted by its customers, so there is no default. */
  readonly baseUrl: string
}

/** The raw typed client: every documented operation, with the same token, limits and retries. */
export interface TykApi extends Client<paths> {}

/**
 * A client of one Tyk AI Studio. Tyk answers 404 also when its own database fails: a wait keeps polling for a while.
 * The exported file is one JSON document: 404 `Not Ready` before the export is done, 410 once it has expired.
 */
export interface TykClient extends DownloadableClient<string, TykJob> {
  readonly vendor: 'tyk'
  /** The raw typed client of openapi-fetch. */
  readonly api: TykApi
  /** Asks once how an export is doing. @throws ExportJobsError. */
  get(id: string, options?: GetOptions): Promise<TykJob>
  /**
   * Starts an export and returns its id. Never retried by itself: a second call is a second export.
   *
   * @throws ResponseError `unexpected-shape` if the answer has no id: the export may have been started.
   */
  start(params: TykStartParams, options?: Omit<GetOptions, 'retries'>): Promise<string>
}

const calls = createTypedClient<paths>({ vendor })

const createClient = defineVendor({
  vendor,
  statuses: {
    pending: 'pending',
    processing: 'running',
    completed: 'completed',
    failed: 'failed',
    expired: 'expired',
  },
  async get(id: string, { fetch, parse }) {
    const { data } = await calls.GET('/exports/{id}', { params: { path: { id } }, fetch })
    const { id: answered, attributes } = await parse(exportResponse, data)
    // Before completion Tyk writes 0 for what it has not counted yet.
    const isCounted = /^(?:completed|expired)$/i.test(attributes.status.trim())
    const counted = (value: number | undefined) => (isCounted ? value : value || undefined)
    return {
      id: answered,
      status: attributes.status,
      raw: data as TykExport,
      createdAt: attributes.requested_at,
      completedAt: attributes.completed_at,
      expiresAt: attributes.expires_at,
      totalRecords: counted(attributes.total_records),
      fileSize: counted(attributes.file_size),
      reason: attributes.error_message,
      download: { expiresAt: attributes.expires_at, format: 'json' },
    }
  },
  async start(params: TykStartParams, { fetch, checkParams }) {
    const body = (await checkParams(startParams, params)) as TykStartParams
    const { data } = await calls.POST('/exports', { body, fetch })
    const { id } = { id: undefined, ...data }
    return id as unknown as string
  },
  download: { path: '/exports/{id}/download', params: (id: string) => ({ id }), format: 'json' },
  extend: (client) => ({ api: createTypedClient<paths>(client) }),
})

/**
 * Creates a client for the proxy-log exports of a Tyk AI Studio.
 *
 * @param options - `baseUrl` with `/api/v1`; as `token` the API key of a user whose role has `exports:read` (status and
 * download) and `exports:write` (start), before AI Studio 2.2 of an administrator
 * @throws ConfigurationError `invalid-option` for options that are invalid.
 */
export function createTykClient(options: TykClientOptions): TykClient {
  return { ...createClient(options), vendor }
}
