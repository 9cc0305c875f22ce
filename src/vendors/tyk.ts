import type { Client } from 'openapi-fetch'
import type { components, paths } from '../../generated/tyk.ts'
import { checkExportResponse, checkStartParams } from '../../generated/tyk.validate.ts'
import type { ExportClient, GetOptions } from '../client.ts'
import { type Download, type DownloadOptions, openBody, readDownloadOptions } from '../http/download.ts'
import { checkId } from '../http/id.ts'
import type { ClientOptions } from '../http/options.ts'
import { createTransport, type Read } from '../http/transport.ts'
import { assertOption, copyOwn } from '../internal/options.ts'
import type { ExportJob, ExportStatus } from '../job.ts'
import { isDay, readInstant } from './common/instant.ts'
import { checkIdentity, readStatus, toJob } from './common/job.ts'
import { checkStart, checkStarted } from './common/start.ts'

export type * from '../vendor/public-types.ts'

const vendor = 'tyk'

/** Tyk AI Studio's answer about a proxy-log export, as it publishes it. */
export type TykExport = components['schemas']['models.ProxyLogExportResponse'] & {
  readonly id: string
  readonly attributes: { readonly status: components['schemas']['models.ExportStatus'] }
}

/** A proxy-log export of Tyk AI Studio. */
export type TykJob = ExportJob<TykExport, string>

/** What to export: days are `YYYY-MM-DD`, in UTC. */
export type TykStartParams = components['schemas']['StartExportRequest']

/** Options of {@link createTykClient}. */
export interface TykClientOptions extends ClientOptions {
  /** `https://<your host>/api/v1`: Tyk AI Studio is hosted by its customers, so there is no default. */
  readonly baseUrl: string
}

/** Every documented operation as a typed call of openapi-fetch, with the client's token, limits and retries. */
export interface TykApi extends Client<paths> {}

/** A client of one Tyk AI Studio. */
export interface TykClient extends ExportClient<string, TykJob> {
  readonly vendor: 'tyk'
  /** The raw typed client: every documented operation, with the same token, limits and retries. */
  readonly api: TykApi
  /** Asks how an export is doing. Tyk answers 404 also when its own database fails, so a wait believes it for a while only. */
  get(id: string, options?: GetOptions): Promise<TykJob>
  /** Starts an export and returns its id. Never repeated by itself: a second call is a second export. */
  start(params: TykStartParams, options?: Omit<GetOptions, 'retries'>): Promise<string>
  /** Opens the exported file, one JSON document; 404 `Not Ready` before it is done, 410 once it has expired. */
  openDownload(idOrJob: string | TykJob, options?: DownloadOptions): Promise<Download>
}

const statuses = new Map<string, ExportStatus>([
  ['pending', 'pending'],
  ['processing', 'running'],
  ['completed', 'completed'],
  ['failed', 'failed'],
  ['expired', 'expired'],
])

/**
 * Makes a client for the proxy-log exports of a Tyk AI Studio.
 *
 * @param options - `baseUrl` with `/api/v1`, and the API key of an administrator as `token`
 * @throws ConfigurationError `invalid-option` for options that cannot be.
 */
export function createTykClient(options: TykClientOptions): TykClient {
  const transport = createTransport(options, { vendor })
  return {
    vendor,
    api: transport.api<paths>(),
    async get(id, options) {
      checkId(id, vendor)
      const call = { what: `export "${id}"`, path: `/exports/${encodeURIComponent(id)}` }
      const answer = await transport.read<TykExport>(call, checkExportResponse, options)
      checkIdentity(id, answer.body.id, vendor)
      return normalize(answer)
    },
    async start(params, options) {
      const call = { what: 'the start of an export', path: '/exports', body: checkParams(params) }
      const answer = await transport.read<TykExport>(call, checkExportResponse, { ...options, retries: 0 })
      return checkStarted(answer.body.id, vendor)
    },
    async openDownload(idOrJob, options) {
      const id = typeof idOrJob === 'object' && idOrJob !== null ? idOrJob.ref : idOrJob
      checkId(id, vendor)
      const url = `${transport.baseUrl}/exports/${encodeURIComponent(id)}/download`
      return openBody(
        transport,
        { url, what: `export "${id}"`, isForeign: false, format: 'json' },
        readDownloadOptions(options, vendor),
      )
    },
  }
}

function normalize({ body: raw, retryAfter, answeredAt }: Read<TykExport>): TykJob {
  const attributes = copyOwn(raw.attributes)
  const word = readStatus(statuses, attributes.status)
  const expiresAt = readInstant(attributes.expires_at)
  // A sweeper turns `completed` into `expired` some time after the file is gone; the download knows at once.
  const status = word === 'completed' && expiresAt && expiresAt.getTime() <= answeredAt() ? 'expired' : word
  const isCounted = status === 'completed' || status === 'expired'
  // Before completion Tyk writes 0 for what it has not counted yet.
  const counted = (value: number | undefined) => (value === 0 && !isCounted ? undefined : value)
  return toJob({
    vendor,
    id: raw.id,
    ref: raw.id,
    raw,
    status,
    rawStatus: attributes.status,
    createdAt: readInstant(attributes.requested_at),
    completedAt: readInstant(attributes.completed_at),
    expiresAt,
    totalRecords: counted(attributes.total_records),
    fileSize: counted(attributes.file_size),
    reason: attributes.error_message,
    download: { expiresAt, format: 'json' },
    retryAfter,
  })
}

function checkParams(params: TykStartParams): TykStartParams {
  const given = checkStart(params, checkStartParams, vendor)
  const { source_id, start_date, end_date } = given
  assertOption(
    Number.isSafeInteger(source_id) && source_id > 0,
    '"source_id" must be a whole number from 1.',
    vendor,
  )
  assertOption(
    isDay(start_date) && isDay(end_date),
    '"start_date" and "end_date" must be days that exist, YYYY-MM-DD.',
    vendor,
  )
  assertOption(start_date <= end_date, '"end_date" must not be before "start_date".', vendor)
  return given
}
