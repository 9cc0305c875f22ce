import type { components, paths } from '../../generated/didomi.ts'
import { runList, run as runSchema } from '../../specs/didomi.schema.ts'
import {
  createTypedClient,
  type ExportJob,
  type JobFields,
  type PageRead,
  ResponseError,
  type VendorContext,
} from '../vendor/index.ts'

type Schemas = components['schemas']
type Run = Schemas['ExportRun']
type RunList = Schemas['RunList']

/** One run of a batch export in Didomi's list of runs, as its documentation shows it. */
export interface DidomiRun extends Run {}

/** Identifies a run: Didomi lists the runs of one recurring export. */
export interface DidomiRef {
  readonly exportId: string
  readonly runId: string
}

/** One run of a batch export of Didomi. It is delivered to a bucket, so there is nothing to download. */
export type DidomiJob = ExportJob<DidomiRun, DidomiRef>

const calls = createTypedClient<paths>({ vendor: 'didomi' })

// Documented as "usually lower than 100". A higher one is silently reduced.
const pageSize = 99

/** Lists the runs of an export. Concurrent waits for runs of one export share its requests. */
export function listRuns(
  exportId: string,
  { readPages, options: { organizationId } }: VendorContext<{ readonly organizationId: string }>,
): AsyncIterable<PageRead<DidomiRun>> {
  return readPages({
    key: exportId,
    idOf,
    async read({ skip }, { fetch, parse }) {
      const query = { export_id: exportId, organization_id: organizationId, $limit: pageSize, $skip: skip }
      const { data } = await calls.GET('/marketplace/exports/logs', { params: { query }, fetch })
      const { total, limit } = await parse(runList, data)
      return { items: (data as RunList).data, total, limit }
    },
  })
}

/** The id of a listed run, before it is checked. */
export const idOf = (run: unknown): unknown =>
  typeof run === 'object' && run !== null && Object.hasOwn(run, 'id') ? (run as DidomiRun).id : undefined

/**
 * Checks a run of the list, and reads it.
 *
 * @throws ResponseError for one that is not as documented, or is of another export.
 */
export async function readRun(
  raw: DidomiRun,
  exportId: string,
  { parse }: VendorContext,
): Promise<JobFields<DidomiRun>> {
  const { id, status, created_at, metrics, result, export_id = exportId } = await parse(runSchema, raw)
  if (export_id.toLowerCase() !== exportId.toLowerCase()) {
    const message = `didomi answered with a run of another export than "${exportId}", which was asked for.`
    throw new ResponseError('wrong-job', message, 'didomi')
  }
  // `toJob` reads the reason of a failed run only: in the published sample a completed one has "Job failed.", too.
  return { id, status, raw, createdAt: created_at, totalRecords: readUsers(metrics), reason: result }
}

// The only count in the documentation. A batch has one record per user.
const readUsers = (metrics: DidomiRun['metrics']): number | undefined =>
  metrics && Object.hasOwn(metrics, 'users') ? (metrics.users as number) : undefined
