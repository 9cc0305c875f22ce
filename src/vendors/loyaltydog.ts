/** Gift-card audit-log exports of LoyaltyDog. @module export-jobs/loyaltydog */

import type { Client } from 'openapi-fetch'
import type { components, paths } from '../../generated/loyaltydog.ts'
import { exportStatus, startParams } from '../../specs/loyaltydog.schema.ts'
import {
  type ClientOptions,
  checkToken,
  createTypedClient,
  type DownloadableClient,
  defineVendor,
  type ExportJob,
  type GetOptions,
  type RateLimit,
} from '../vendor/index.ts'

export type * from '../vendor/public-types.ts'

const vendor = 'loyaltydog'

type Schemas = components['schemas']
type Answer = Schemas['ExportStatusResponse']
type StartParams = Schemas['StartExportRequest']

/** LoyaltyDog's answer about a gift-card audit-log export, as it publishes it. */
export interface LoyaltyDogExport extends Answer {}

/** A gift-card audit-log export of LoyaltyDog. It reports no times, no counts and no progress. */
export type LoyaltyDogJob = ExportJob<LoyaltyDogExport, string>

/** What to export; without any of it, everything, as CSV. The account must be a merchant's administrator. */
export interface LoyaltyDogStartParams extends StartParams {}

/**
 * The limits that LoyaltyDog publishes for an `ld_` key, for all its exports together. The client keeps them. The third,
 * 10,000 a month, is a quota and is not kept: no short pause helps once it is used up.
 */
export const loyaltyDogRateLimits: readonly RateLimit[] = [
  { requests: 60, per: '1m' },
  { requests: 1_000, per: '1h' },
]

/** Options of {@link createLoyaltyDogClient}. */
export interface LoyaltyDogClientOptions extends ClientOptions {
  /** A merchant's session token, sent as `X-Eposn-Merchant-Token`. */
  readonly merchantToken?: string | undefined
}

/** The raw typed client: every documented operation, with the same token, limits and retries. */
export interface LoyaltyDogApi extends Client<paths> {}

/** A client of LoyaltyDog's gift-card audit logs. The URL of an exported file is valid for an hour. */
export interface LoyaltyDogClient extends DownloadableClient<string, LoyaltyDogJob> {
  readonly vendor: 'loyaltydog'
  /** The raw typed client of openapi-fetch. */
  readonly api: LoyaltyDogApi
  /** Asks once how an export is doing; an unknown id may be `pending` forever. @throws ExportJobsError. */
  get(id: string, options?: GetOptions): Promise<LoyaltyDogJob>
  /**
   * Starts an export and returns its task id. Never retried by itself: a second call is a second export.
   *
   * @throws ResponseError `unexpected-shape` if the answer has no id: the export may have been started.
   */
  start(params?: LoyaltyDogStartParams, options?: Omit<GetOptions, 'retries'>): Promise<string>
}

const calls = createTypedClient<paths>({ vendor })

const createClient = defineVendor({
  vendor,
  baseUrl: 'https://api.loyalty.dog',
  headers: ({ merchantToken: token }: LoyaltyDogClientOptions) => ({
    'x-eposn-merchant-token': token === undefined ? token : checkToken(token, vendor, 'merchantToken'),
  }),
  rateLimits: ({ token }: LoyaltyDogClientOptions) =>
    typeof token === 'string' && token.startsWith('ld_') ? loyaltyDogRateLimits : [],
  // Only `success` is documented. The others come from Celery, which runs the exports, and from another API of theirs.
  statuses: {
    pending: 'pending',
    received: 'pending',
    started: 'running',
    progress: 'running',
    processing: 'running',
    retry: 'running',
    success: 'completed',
    completed: 'completed',
    failure: 'failed',
    failed: 'failed',
    error: 'failed',
    revoked: 'canceled',
    canceled: 'canceled',
    cancelled: 'canceled',
  },
  async get(id: string, { fetch, parse }) {
    const path = { task_id: id }
    const { data } = await calls.GET('/v2/giftcards/audit-logs/export/{task_id}', { params: { path }, fetch })
    const { taskId, status, downloadUrl: url, error } = await parse(exportStatus, data)
    return { id: taskId, status, raw: data as LoyaltyDogExport, reason: error, download: { url } }
  },
  async start(params: LoyaltyDogStartParams | undefined, { fetch, checkParams }) {
    const body = (await checkParams(startParams, params)) as LoyaltyDogStartParams
    const { data } = await calls.POST('/v2/giftcards/audit-logs/export', { body, fetch })
    const { taskId } = { taskId: undefined, ...data }
    return taskId as unknown as string
  },
  download: (job) => ({ url: job.download?.url }),
  problem: (_, { title, detail }) => ({ permanent: `${title} ${detail}`.includes('monthly_quota_exceeded') }),
  extend: (client) => ({ api: createTypedClient<paths>(client) }),
})

/**
 * Creates a client for the gift-card audit-log exports of LoyaltyDog.
 *
 * @param options - `token` is a JWT or an `ld_` key; with a key, the client keeps the published limits
 * @throws ConfigurationError `invalid-option` for options that are invalid.
 */
export function createLoyaltyDogClient(options: LoyaltyDogClientOptions): LoyaltyDogClient {
  return { ...createClient(options), vendor }
}
