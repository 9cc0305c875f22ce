import type { Client } from 'openapi-fetch'
import type { components, paths } from '../../generated/didomi.ts'
import { checkRun, checkRunList, checkSession } from '../../generated/didomi.validate.ts'
import type { ExportClient, GetOptions } from '../client.ts'
import { ApiError, ConfigurationError } from '../errors.ts'
import { checkBody } from '../http/answer.ts'
import { checkId } from '../http/id.ts'
import type { ClientOptions, TokenRequest } from '../http/options.ts'
import { isObject } from '../http/shape.ts'
import { createTransport, type Read } from '../http/transport.ts'
import { copyOwn } from '../internal/options.ts'
import { createSingleFlight } from '../internal/single-flight.ts'
import type { ExportJob, ExportStatus } from '../job.ts'
import { cachedToken, checkCredentials, refusedCredentials } from './common/cached-token.ts'
import { readInstant } from './common/instant.ts'
import { checkIdentity, readStatus, toJob } from './common/job.ts'

export type * from '../vendor/public-types.ts'

const vendor = 'didomi'
const defaultBaseUrl = 'https://api.didomi.io/v1'

/** One run of a batch export in Didomi's list of runs, as its documentation shows it. */
export type DidomiRun = components['schemas']['ExportRun']

type RunList = components['schemas']['RunList']

/** What finds a run: Didomi lists the runs of one recurring export. */
export interface DidomiRef {
  readonly exportId: string
  readonly runId: string
}

/** One run of a batch export of Didomi. It is delivered to a bucket: there is nothing to download. */
export type DidomiJob = ExportJob<DidomiRun, DidomiRef>

/** Options of {@link createDidomiClient}. */
export interface DidomiClientOptions extends ClientOptions {
  /** The organization that the exports belong to. */
  readonly organizationId: string
}

/** Every documented operation as a typed call of openapi-fetch, with the client's token, limits and retries. */
export interface DidomiApi extends Client<paths> {}

/** A client of Didomi's batch exports. Runs are started by Didomi's own schedule. */
export interface DidomiClient extends ExportClient<DidomiRef, DidomiJob> {
  readonly vendor: 'didomi'
  /** The raw typed client: every documented operation, with the same token, limits and retries. */
  readonly api: DidomiApi
  /** Asks how a run is doing. One that no page of the list holds is `not-found`. */
  get(ref: DidomiRef, options?: GetOptions): Promise<DidomiJob>
  /** All runs of an export, in the order in which Didomi lists them, which it does not publish. */
  runs(exportId: string, options?: GetOptions): AsyncIterable<DidomiJob>
}

const statuses = new Map<string, ExportStatus>([
  // Didomi: "The export is currently running and preparing the delivery of your batch."
  ['pending', 'running'],
  ['completed', 'completed'],
  ['failed', 'failed'],
])

// The most that Didomi gives at once.
const pageSize = 100

/**
 * Makes a client for the batch exports of Didomi.
 *
 * @param options - as `token` best {@link didomiApiKey}: tokens die after an hour
 * @throws ConfigurationError `invalid-option` for options that cannot be.
 */
export function createDidomiClient(options: DidomiClientOptions): DidomiClient {
  const { organizationId } = copyOwn(options)
  if (typeof organizationId !== 'string' || organizationId === '') {
    throw new ConfigurationError(
      'invalid-option',
      `organizationId of the ${vendor} client must be a string that is not empty.`,
      vendor,
    )
  }
  // Published for an organization, over all its keys.
  const rateLimits = [{ requests: 100, per: '15s' }] as const
  const transport = createTransport(options, { vendor, baseUrl: defaultBaseUrl, rateLimits })

  // One list answers for every run of its export, however many waits ask for it at once.
  const share = createSingleFlight<Read<RunList>>()

  const readPage = (exportId: string, skip: number, options: GetOptions | undefined) => {
    const { signal, timeout, retries } = copyOwn(options)
    const query = { export_id: exportId, organization_id: organizationId, $limit: pageSize, $skip: skip }
    const call = { what: `the runs of export "${exportId}"`, path: '/marketplace/exports/logs', query }
    const ask = (signal: AbortSignal) =>
      transport.read<RunList>(call, checkRunList, { signal, timeout, retries })
    return share.join(JSON.stringify([exportId, skip, timeout, retries]), ask, { signal })
  }

  async function* listRuns(exportId: string, options: GetOptions | undefined): AsyncGenerator<Listed> {
    const seen = new Set<unknown>()
    for (let skip = 0; ; ) {
      const { body, retryAfter } = await readPage(exportId, skip, options)
      // A server that pays no heed to $skip would show the same page for ever.
      const fresh = body.data.filter((run) => !seen.has(idOf(run)))
      for (const run of fresh) {
        seen.add(idOf(run))
        yield { run, retryAfter }
      }
      skip += body.data.length
      if (fresh.length === 0 || body.data.length < Math.min(pageSize, copyOwn(body).limit || pageSize)) return
    }
  }

  return {
    vendor,
    api: transport.api<paths>(),
    async get(ref, options) {
      const { exportId, runId } = copyOwn(ref)
      checkId(exportId, vendor)
      checkId(runId, vendor, 'run id')
      for await (const listed of listRuns(exportId, options)) {
        if (idOf(listed.run) === runId) return normalize(listed, exportId)
      }
      const message = `No page of ${vendor}'s list holds run "${runId}" of export "${exportId}". Check both ids and organizationId.`
      throw new ApiError(message, { vendor, httpStatus: 404 })
    },
    async *runs(exportId, options) {
      checkId(exportId, vendor)
      for await (const listed of listRuns(exportId, options)) yield normalize(listed, exportId)
    },
  }
}

/** A run as the list holds it, not yet checked. */
interface Listed {
  readonly run: DidomiRun
  readonly retryAfter: number | undefined
}

const idOf = (run: unknown): unknown => (isObject(run) && Object.hasOwn(run, 'id') ? run.id : undefined)

function normalize({ run, retryAfter }: Listed, exportId: string): DidomiJob {
  const raw = checkBody(run, checkRun, { vendor, what: `a run of export "${exportId}"` })
  const seen = copyOwn(raw)
  checkIdentity(exportId, seen.export_id ?? exportId, vendor)
  return toJob({
    vendor,
    id: seen.id,
    ref: { exportId, runId: seen.id },
    raw,
    status: readStatus(statuses, seen.status),
    rawStatus: seen.status,
    createdAt: readInstant(seen.created_at),
    totalRecords: readUsers(seen.metrics),
    // Only of a failed run: the published sample of a completed one says "Job failed.", too.
    reason: seen.result,
    retryAfter,
  })
}

// The one count that the documentation shows: a batch holds one record per user.
function readUsers(metrics: DidomiRun['metrics']): number | undefined {
  const users: unknown = metrics && Object.hasOwn(metrics, 'users') ? metrics.users : undefined
  return typeof users === 'number' ? users : undefined
}

/** Options of {@link didomiApiKey}. */
export interface DidomiApiKeyOptions {
  readonly key: string
  readonly secret: string
  /** Default `https://api.didomi.io/v1`. */
  readonly baseUrl?: string | undefined
  /** The function that makes the requests. Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

/**
 * Makes a token function from an API key (`POST /v1/sessions`): fetches a token, keeps it for most of its hour, and
 * fetches a new one when it was refused.
 *
 * @throws ConfigurationError `invalid-option` for options that cannot be; the function rejects with an ApiError
 * `unauthorized` when the key is refused, which Didomi does with a 400.
 */
export function didomiApiKey(options: DidomiApiKeyOptions): (request: TokenRequest) => Promise<string> {
  const { key, secret, ...rest } = copyOwn(options)
  checkCredentials({ key, secret }, vendor)
  const transport = createTransport(rest, {
    vendor,
    baseUrl: defaultBaseUrl,
    isAnonymous: true,
    secrets: [key, secret],
  })
  const call = { what: 'a token', path: '/sessions', body: { type: 'api-key', key, secret } }
  return cachedToken(async (signal) => {
    // Whoever needs the token tries again, or does not: repeated here, too, the two would multiply.
    const answer = await transport
      .read<components['schemas']['Session']>(call, checkSession, { signal, retries: 0 })
      .catch((error: unknown) => {
        throw refusedCredentials(error, vendor, 'the API key')
      })
    return { token: answer.body.access_token, lifetime: 3_600_000 }
  })
}
