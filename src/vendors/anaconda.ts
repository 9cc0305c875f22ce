import type { Client } from 'openapi-fetch'
import type { components, paths } from '../../generated/anaconda.ts'
import {
  checkExportJob,
  checkStartedExport,
  checkStartParams,
  checkToken,
} from '../../generated/anaconda.validate.ts'
import type { ExportClient, GetOptions } from '../client.ts'
import {
  type Download,
  type DownloadOptions,
  type DownloadSource,
  readDownloadOptions,
} from '../http/download.ts'
import { checkId } from '../http/id.ts'
import type { ClientOptions, TokenRequest } from '../http/options.ts'
import { checkDownloadUrl } from '../http/signed-url.ts'
import { createTransport, type Read } from '../http/transport.ts'
import { parseUrl } from '../http/url.ts'
import { assertOption, copyOwn } from '../internal/options.ts'
import type { ExportJob, ExportStatus } from '../job.ts'
import { cachedToken, checkCredentials, refusedCredentials } from './common/cached-token.ts'
import { readInstant } from './common/instant.ts'
import { checkIdentity, readStatus, toJob } from './common/job.ts'
import { openSigned } from './common/signed.ts'
import { checkStart, checkStarted } from './common/start.ts'

export type * from '../vendor/public-types.ts'

const vendor = 'anaconda'
const defaultBaseUrl = 'https://anaconda.com'

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

/** Every documented operation as a typed call of openapi-fetch, with the client's token, limits and retries. */
export interface AnacondaApi extends Client<paths> {}

/** A client of Anaconda's audit logs. */
export interface AnacondaClient extends ExportClient<string, AnacondaJob> {
  readonly vendor: 'anaconda'
  /** The raw typed client: every documented operation, with the same token, limits and retries. */
  readonly api: AnacondaApi
  /** Asks how an export is doing. Its `progress` is approximate: 100 is not yet `completed`. */
  get(id: string, options?: GetOptions): Promise<AnacondaJob>
  /** Starts an export and returns its id. Never repeated by itself: a second call is a second export. */
  start(params?: AnacondaStartParams, options?: Omit<GetOptions, 'retries'>): Promise<string>
  /**
   * Opens the exported file, JSON Lines. An id is looked up first, and so is a job whose URL, where it is at another
   * host, has expired or is refused, three times at most.
   */
  openDownload(idOrJob: string | AnacondaJob, options?: DownloadOptions): Promise<Download>
}

const statuses = new Map<string, ExportStatus>([
  ['pending', 'pending'],
  ['running', 'running'],
  ['completed', 'completed'],
  ['failed', 'failed'],
  // Not published; other APIs of Anaconda use both spellings.
  ['canceled', 'canceled'],
  ['cancelled', 'canceled'],
])

/**
 * Makes a client for the audit-log exports of Anaconda.
 *
 * @param options - as `token` best {@link anacondaServiceAccount}: tokens die after 15 minutes, exports outlive them
 * @throws ConfigurationError `invalid-option` for options that cannot be.
 */
export function createAnacondaClient(options: AnacondaClientOptions): AnacondaClient {
  const { organization, apiVersion = 'v1' } = copyOwn(options)
  const headers = { 'x-org-name': organization, 'x-api-version': apiVersion }
  const transport = createTransport(options, { vendor, baseUrl: defaultBaseUrl, headers })
  const { baseUrl } = transport

  const get = async (id: string, options?: GetOptions): Promise<AnacondaJob> => {
    checkId(id, vendor)
    const call = { what: `export "${id}"`, path: `/api/audit-logs/export/${encodeURIComponent(id)}` }
    const answer = await transport.read<AnacondaExport>(call, checkExportJob, options)
    checkIdentity(id.toLowerCase(), answer.body.id.toLowerCase(), vendor)
    return normalize(answer, id, baseUrl)
  }

  return {
    vendor,
    api: transport.api<paths>(),
    get,
    async start(params, options) {
      const body = checkParams(params)
      const call = { what: 'the start of an export', path: '/api/audit-logs/export', body }
      const answer = await transport.read<object>(call, checkStartedExport, { ...options, retries: 0 })
      return findId(answer.body)
    },
    async openDownload(idOrJob, options) {
      const request = readDownloadOptions(options, vendor)
      const look = (id: string) => get(id, { signal: request.signal })
      return openSigned(transport, idOrJob, request, look, (job) => sourceOf(job, baseUrl))
    },
  }
}

function sourceOf(job: AnacondaJob, baseUrl: string): DownloadSource {
  checkId(job.id, vendor)
  const what = `export "${job.id}"`
  const { url: told } = copyOwn(job.status === 'completed' ? job.download : undefined)
  const route = `${baseUrl}/api/audit-logs/export/${encodeURIComponent(job.id)}/download`
  const url = resolveUrl(told, baseUrl) ?? route
  const isForeign = new URL(url).origin !== new URL(baseUrl).origin
  if (isForeign) checkDownloadUrl(url, baseUrl, vendor, what)
  return { url, what, isForeign, format: 'jsonl' }
}

function normalize(
  { body: raw, retryAfter }: Read<AnacondaExport>,
  id: string,
  baseUrl: string,
): AnacondaJob {
  const seen = copyOwn(raw)
  return toJob({
    vendor,
    id: seen.id,
    ref: id,
    raw,
    status: readStatus(statuses, seen.status),
    rawStatus: seen.status,
    createdAt: readInstant(seen.created_at),
    completedAt: readInstant(seen.completed_at),
    totalRecords: seen.total_records,
    progress: seen.progress,
    reason: seen.error_message,
    download: { url: resolveUrl(seen.download_url, baseUrl), format: 'jsonl' },
    retryAfter,
  })
}

// Whether it comes absolute or relative is not published.
function resolveUrl(url: string | null | undefined, baseUrl: string): string | undefined {
  const resolved = url ? parseUrl(url, `${baseUrl}/`) : undefined
  return resolved && /^https?:$/.test(resolved.protocol) ? resolved.href : undefined
}

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

// The key under which the id comes is not published: the id is the one value that is a UUID.
function findId(started: object): string {
  const isId = (value: unknown): value is string => typeof value === 'string' && uuid.test(value)
  const [id, ...others] = Object.values(started).filter(isId)
  return checkStarted(others.length === 0 ? id : undefined, vendor)
}

function checkParams(params: AnacondaStartParams | undefined): AnacondaStartParams {
  const given = checkStart(params, checkStartParams, vendor)
  const areTimes = [given.from_date, given.to_date].every((time) => time === undefined || readInstant(time))
  assertOption(areTimes, '"from_date" and "to_date" must be times such as 2026-01-31T00:00:00Z.', vendor)
  return given
}

/** Options of {@link anacondaServiceAccount}. */
export interface AnacondaServiceAccountOptions {
  readonly clientId: string
  readonly clientSecret: string
  /** Default `https://anaconda.com`. */
  readonly baseUrl?: string | undefined
  /** The function that makes the requests. Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

/**
 * Makes a token function from a service account (`POST /api/iam/token`): fetches a token, keeps it for most of its 15
 * minutes, and fetches a new one when it was refused.
 *
 * @throws ConfigurationError `invalid-option` for options that cannot be; the function rejects with an ApiError
 * `unauthorized` when the account is refused.
 */
export function anacondaServiceAccount(
  options: AnacondaServiceAccountOptions,
): (request: TokenRequest) => Promise<string> {
  const { clientId, clientSecret, ...rest } = copyOwn(options)
  checkCredentials({ clientId, clientSecret }, vendor)
  const transport = createTransport(rest, {
    vendor,
    baseUrl: defaultBaseUrl,
    isAnonymous: true,
    secrets: [clientSecret],
  })
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }
  const call = { what: 'a token', path: '/api/iam/token', form }
  return cachedToken(async (signal) => {
    // Whoever needs the token tries again, or does not: repeated here, too, the two would multiply.
    const answer = await transport
      .read<components['schemas']['TokenResponse']>(call, checkToken, { signal, retries: 0 })
      .catch((error: unknown) => {
        throw refusedCredentials(error, vendor, 'the service account')
      })
    const { access_token, expires_in = 900 } = answer.body
    return { token: access_token, lifetime: expires_in * 1_000 }
  })
}
