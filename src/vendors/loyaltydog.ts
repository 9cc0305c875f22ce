import type { Client } from 'openapi-fetch'
import type { components, paths } from '../../generated/loyaltydog.ts'
import { checkExportStatus, checkStartParams } from '../../generated/loyaltydog.validate.ts'
import type { ExportClient, GetOptions } from '../client.ts'
import { ConfigurationError } from '../errors.ts'
import { checkToken } from '../http/credentials.ts'
import {
  type Download,
  type DownloadOptions,
  type DownloadSource,
  readDownloadOptions,
} from '../http/download.ts'
import { checkId } from '../http/id.ts'
import type { ClientOptions } from '../http/options.ts'
import { checkDownloadUrl, readExpiry } from '../http/signed-url.ts'
import { createTransport, type Read } from '../http/transport.ts'
import { parseUrl } from '../http/url.ts'
import { copyOwn } from '../internal/options.ts'
import type { ExportFormat, ExportJob, ExportStatus } from '../job.ts'
import { checkIdentity, readStatus, toJob } from './common/job.ts'
import { openSigned } from './common/signed.ts'
import { checkStart, checkStarted } from './common/start.ts'

export type * from '../vendor/public-types.ts'

const vendor = 'loyaltydog'

/** LoyaltyDog's answer about a gift-card audit-log export, as it publishes it. */
export type LoyaltyDogExport = components['schemas']['ExportStatusResponse']

/** A gift-card audit-log export of LoyaltyDog. It tells no times, no counts and no progress. */
export type LoyaltyDogJob = ExportJob<LoyaltyDogExport, string>

/** What to export; without any of it, everything, as CSV. */
export type LoyaltyDogStartParams = components['schemas']['StartExportRequest']

/** Options of {@link createLoyaltyDogClient}. */
export interface LoyaltyDogClientOptions extends ClientOptions {
  /** A merchant's session token, sent as `X-Eposn-Merchant-Token`. */
  readonly merchantToken?: string | undefined
}

/** Every documented operation as a typed call of openapi-fetch, with the client's token, limits and retries. */
export interface LoyaltyDogApi extends Client<paths> {}

/** A client of LoyaltyDog's gift-card audit logs. */
export interface LoyaltyDogClient extends ExportClient<string, LoyaltyDogJob> {
  readonly vendor: 'loyaltydog'
  /** The raw typed client: every documented operation, with the same token, limits and retries. */
  readonly api: LoyaltyDogApi
  /** Asks how an export is doing. An id that does not exist may read as `pending` for ever. */
  get(id: string, options?: GetOptions): Promise<LoyaltyDogJob>
  /** Starts an export and returns its task id. Never repeated by itself: a second call is a second export. */
  start(params?: LoyaltyDogStartParams, options?: Omit<GetOptions, 'retries'>): Promise<string>
  /**
   * Opens the exported file. Its URL is good for an hour: an id is looked up first, for one that was just signed, and
   * so is a job whose URL has expired or is refused, three times at most.
   */
  openDownload(idOrJob: string | LoyaltyDogJob, options?: DownloadOptions): Promise<Download>
}

// Only `success` is documented. The others are the words of Celery, which runs the exports, and of a sibling API.
const statuses = new Map<string, ExportStatus>([
  ['pending', 'pending'],
  ['received', 'pending'],
  ['started', 'running'],
  ['progress', 'running'],
  ['processing', 'running'],
  ['retry', 'running'],
  ['success', 'completed'],
  ['completed', 'completed'],
  ['failure', 'failed'],
  ['failed', 'failed'],
  ['error', 'failed'],
  ['revoked', 'canceled'],
  ['canceled', 'canceled'],
  ['cancelled', 'canceled'],
])

// Published for `ld_` keys, over all exports of a key.
const keyLimits = [
  { requests: 60, per: '1m' },
  { requests: 1_000, per: '1h' },
] as const

/**
 * Makes a client for the gift-card audit-log exports of LoyaltyDog.
 *
 * @param options - `token` is a JWT or an `ld_` key; for a key the published limits are kept
 * @throws ConfigurationError `invalid-option` for options that cannot be.
 */
export function createLoyaltyDogClient(options: LoyaltyDogClientOptions): LoyaltyDogClient {
  const { merchantToken, token } = copyOwn(options)
  if (merchantToken !== undefined) checkToken(merchantToken, vendor, 'merchantToken')
  const transport = createTransport(options, {
    vendor,
    baseUrl: 'https://api.loyalty.dog',
    headers: { 'x-eposn-merchant-token': merchantToken },
    secrets: merchantToken === undefined ? [] : [merchantToken],
    rateLimits: typeof token === 'string' && token.startsWith('ld_') ? keyLimits : [],
    permanent: ['monthly_quota_exceeded'],
  })

  const get = async (id: string, options?: GetOptions): Promise<LoyaltyDogJob> => {
    checkId(id, vendor)
    const call = { what: `export "${id}"`, path: `/v2/giftcards/audit-logs/export/${encodeURIComponent(id)}` }
    const answer = await transport.read<LoyaltyDogExport>(call, checkExportStatus, options)
    checkIdentity(id, answer.body.taskId, vendor)
    return normalize(answer)
  }

  return {
    vendor,
    api: transport.api<paths>(),
    get,
    async start(params, options) {
      const body = checkStart(params, checkStartParams, vendor)
      const call = { what: 'the start of an export', path: '/v2/giftcards/audit-logs/export', body }
      const once = { ...options, retries: 0 }
      const answer = await transport.read<LoyaltyDogExport>(call, checkExportStatus, once)
      return checkStarted(answer.body.taskId, vendor)
    },
    async openDownload(idOrJob, options) {
      const request = readDownloadOptions(options, vendor)
      const look = (id: string) => get(id, { signal: request.signal })
      return openSigned(transport, idOrJob, request, look, (job) => sourceOf(job, transport.baseUrl))
    },
  }
}

function sourceOf(job: LoyaltyDogJob, baseUrl: string): DownloadSource {
  const what = `export "${job.id}"`
  const { url, format } = copyOwn(job.status === 'completed' ? job.download : undefined)
  if (url === undefined) {
    throw new ConfigurationError(
      'invalid-ref',
      `The ${vendor} ${what} has nothing to download: its status is "${job.rawStatus}".`,
      vendor,
    )
  }
  checkDownloadUrl(url, baseUrl, vendor, what)
  return { url, what, isForeign: true, format }
}

function normalize({ body: raw, retryAfter }: Read<LoyaltyDogExport>): LoyaltyDogJob {
  const { taskId, downloadUrl, status, error } = copyOwn(raw)
  const url = downloadUrl && parseUrl(downloadUrl) ? downloadUrl : undefined
  return toJob({
    vendor,
    id: taskId,
    ref: taskId,
    raw,
    status: readStatus(statuses, status),
    rawStatus: status,
    reason: error,
    download: url === undefined ? undefined : { url, expiresAt: readExpiry(url), format: readFormat(url) },
    retryAfter,
  })
}

// The answer does not say; the name of the file does, or the type in a data: URI.
function readFormat(url: string): ExportFormat | undefined {
  const { protocol, pathname } = new URL(url)
  const pattern = protocol === 'data:' ? /^(?:text|application)\/(csv|json)\b/i : /\.(csv|json)$/i
  return pattern.exec(pathname)?.[1]?.toLowerCase() as ExportFormat | undefined
}
