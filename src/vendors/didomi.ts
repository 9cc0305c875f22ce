/** Runs of the recurring batch exports of Didomi. @module export-jobs/didomi */

import type { Client } from 'openapi-fetch'
import type { paths } from '../../generated/didomi.ts'
import {
  ApiError,
  type ClientOptions,
  ConfigurationError,
  checkId,
  createTypedClient,
  defineVendor,
  type ExportClient,
  type GetOptions,
  type RateLimit,
  type VendorContext,
} from '../vendor/index.ts'
import { type NextRunOptions, waitForNextRun } from './didomi-next-run.ts'
import { type DidomiJob, type DidomiRef, listRuns, readRuns } from './didomi-runs.ts'

export type * from '../vendor/public-types.ts'
export type { Observation, Schedule, ScheduleBounds, Update, WaitOptions } from '../wait-options.ts'
export * from './didomi-api-key.ts'
export type { NextRunOptions } from './didomi-next-run.ts'
export type { DidomiJob, DidomiRef, DidomiRun } from './didomi-runs.ts'

const vendor = 'didomi'

/** The limits that Didomi publishes for all keys of an organization together. The client keeps them. */
export const didomiRateLimits: readonly RateLimit[] = [{ requests: 100, per: '15s' }]

/** Options of {@link createDidomiClient}. */
export interface DidomiClientOptions extends ClientOptions {
  /** The organization that the exports belong to. */
  readonly organizationId: string
}

/** The raw typed client: every documented operation, with the same token, limits and retries. */
export interface DidomiApi extends Client<paths> {}

/** A client of Didomi's batch exports. Runs are started by Didomi's own schedule. */
export interface DidomiClient extends ExportClient<DidomiRef, DidomiJob> {
  readonly vendor: 'didomi'
  /** The raw typed client of openapi-fetch. */
  readonly api: DidomiApi
  /** Asks once how a run is doing. @throws ApiError `not-found` for a run that is on no page of the list. */
  get(ref: DidomiRef, options?: GetOptions): Promise<DidomiJob>
  /**
   * All runs of an export, in the order of Didomi's list, which is not documented.
   *
   * @throws ExportJobsError. For a run that cannot be used, for example because it has no status, it is thrown last.
   */
  runs(exportId: string, options?: GetOptions): AsyncIterable<DidomiJob>
  /**
   * Waits until a new run appears in the list.
   *
   * @param options - `known`: ids of runs, by default those of the first poll; otherwise as for `waitForCompletion`
   * @returns the ref of the new run, to wait for its completion
   * @throws WaitError when it is given up: to resume, call it again with `known: error.state.ref.known`.
   */
  nextRun(exportId: string, options?: NextRunOptions): Promise<DidomiRef>
}

const createClient = defineVendor({
  vendor,
  baseUrl: 'https://api.didomi.io/v1',
  rateLimits: didomiRateLimits,
  statuses: {
    // "The export is currently running and preparing the delivery of your batch."
    pending: 'running',
    completed: 'completed',
    failed: 'failed',
  },
  async get({ exportId, runId }: DidomiRef, context: VendorContext<DidomiClientOptions>) {
    checkId(exportId, vendor)
    checkId(runId, vendor, 'run id')
    for await (const run of listRuns(exportId, context)) if (run.id === runId) return run.read()
    const message = `No page of ${vendor}'s list holds run "${runId}" of export "${exportId}".`
    const advice = 'Check both ids and the organization id.'
    throw new ApiError(message, { vendor, httpStatus: 404, advice })
  },
  idOf: ({ runId }) => runId,
  extend: (client) => {
    async function* list(exportId: string, options?: GetOptions) {
      checkId(exportId, vendor)
      yield* listRuns(exportId, client.begin(`the runs of export "${exportId}"`, options))
    }
    return {
      api: createTypedClient<paths>(client),
      runs: (exportId: string, options?: GetOptions) =>
        readRuns(list(exportId, options), (run) => client.toJob({ exportId, runId: run.id }, run)),
      nextRun: (exportId: string, options?: NextRunOptions) => waitForNextRun(list, exportId, options),
    }
  },
})

// Against a polluted `Object.prototype`.
const unset = { organizationId: undefined }

/**
 * Creates a client for the batch exports of Didomi.
 *
 * @param options - as `token` best {@link didomiApiKey}: tokens expire after an hour
 * @throws ConfigurationError `invalid-option` for options that are invalid.
 */
export function createDidomiClient(options: DidomiClientOptions): DidomiClient {
  const { organizationId } = { ...unset, ...options }
  if (typeof organizationId === 'string' && organizationId !== '') return { ...createClient(options), vendor }
  const message = `organizationId of the ${vendor} client must be a string that is not empty.`
  throw new ConfigurationError('invalid-option', message, vendor)
}
