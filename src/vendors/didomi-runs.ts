import type { components, paths } from '../../generated/didomi.ts'
import { runList, run as runSchema } from '../../specs/didomi.schema.ts'
import type { GetOptions } from '../client.ts'
import { createCalls } from '../http/openapi-client.ts'
import { isObject } from '../http/read-problem.ts'
import type { ExportJob } from '../job.ts'
import type { VendorContext } from '../vendor/context.ts'
import type { JobFields } from '../vendor/job-fields.ts'
import { createPageReader, type Page } from '../vendor/pages.ts'
import { checkIdentity } from '../vendor/to-job.ts'

type Schemas = components['schemas']
type Run = Schemas['ExportRun']
type RunList = Schemas['RunList']

/** One run of a batch export in Didomi's list of runs, as its documentation shows it. */
export interface DidomiRun extends Run {}

/** What finds a run: Didomi lists the runs of one recurring export. */
export interface DidomiRef {
  readonly exportId: string
  readonly runId: string
}

/** One run of a batch export of Didomi. It is delivered to a bucket: there is nothing to download. */
export type DidomiJob = ExportJob<DidomiRun, DidomiRef>

/** One page of the list of runs, and the answer that it came in. */
interface RunPage extends Page<DidomiRun> {
  readonly response: Response
}

/** Lists the runs of an export, page by page. */
export type ListRuns = (
  exportId: string,
  context: VendorContext,
  options: GetOptions | undefined,
) => AsyncIterable<RunPage>

const calls = createCalls<paths>('didomi')

// "Usually lower than 100", and what is asked beyond that is cut in silence.
const pageSize = 99

/** Makes what lists runs. One list answers for every run of its export, however many waits ask for it at once. */
export function createRunList(organizationId: string): ListRuns {
  const readPages = createPageReader<RunPage>('didomi')
  return (exportId, { fetch, parse }, options) => {
    const read = async (skip: number, init: GetOptions) => {
      const query = { export_id: exportId, organization_id: organizationId, $limit: pageSize, $skip: skip }
      const request = { params: { query }, fetch, ...(init as object) }
      const { data, response } = await calls.GET('/marketplace/exports/logs', request)
      const { total, limit } = await parse(runList, data)
      return { items: (data as RunList).data, total, limit, response }
    }
    return readPages(exportId, options, read, idOf)
  }
}

/** The id of a run as it is listed, which is not checked yet. */
export const idOf = (run: unknown): unknown =>
  isObject(run) && Object.hasOwn(run, 'id') ? run.id : undefined

/**
 * Checks a run of the list, and reads it.
 *
 * @throws ResponseError for one that is not as documented, or is of another export.
 */
export async function readRun(
  raw: DidomiRun,
  exportId: string,
  { parse }: VendorContext,
  response: Response,
): Promise<JobFields<DidomiRun>> {
  const { id, status, created_at, metrics, result, export_id = exportId } = await parse(runSchema, raw)
  checkIdentity(exportId, export_id, 'didomi')
  // Only of a failed run: the published sample of a completed one says "Job failed.", too.
  return {
    id,
    status,
    raw,
    response,
    createdAt: created_at,
    totalRecords: readUsers(metrics),
    reason: result,
  }
}

// The one count that the documentation shows: a batch holds one record per user.
const readUsers = (metrics: DidomiRun['metrics']): number | undefined =>
  metrics && Object.hasOwn(metrics, 'users') ? (metrics.users as number) : undefined
