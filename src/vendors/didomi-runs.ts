import type { components, paths } from '../../generated/didomi.ts'
import { runList, run as runSchema } from '../../specs/didomi.schema.ts'
import {
  createTypedClient,
  type ExportJob,
  type JobFields,
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

/** A run as it is listed. It is checked when it is read, since a broken run must not hide the others. */
export interface ListedRun {
  /** As listed: it may be of any type. */
  readonly id: unknown
  /** @throws ResponseError for a run that is not as documented, or is of another export. */
  read(): Promise<JobFields<DidomiRun>>
}

const calls = createTypedClient<paths>({ vendor: 'didomi' })

// Documented as "usually lower than 100". A higher one is silently reduced.
const pageSize = 99

/** Lists the runs of an export. Concurrent waits for runs of one export share its requests. */
export async function* listRuns(
  exportId: string,
  { readPages, parse, options: { organizationId } }: VendorContext<{ readonly organizationId: string }>,
): AsyncGenerator<ListedRun> {
  const pages = readPages<DidomiRun>({
    key: exportId,
    idOf,
    async read({ skip }, { fetch, parse }) {
      const query = { export_id: exportId, organization_id: organizationId, $limit: pageSize, $skip: skip }
      const { data } = await calls.GET('/marketplace/exports/logs', { params: { query }, fetch })
      const { total, limit } = await parse(runList, data)
      return { items: (data as RunList).data, total, limit }
    },
  })
  for await (const { items, response } of pages) {
    for (const raw of items) {
      const read = async () => ({ ...(await readRun(raw, exportId, parse)), response })
      yield { id: idOf(raw), read }
    }
  }
}

/** Reads runs, and converts each. The first error of one that cannot be used is thrown after all others. */
export async function* readRuns<Value>(
  runs: AsyncIterable<ListedRun> | Iterable<ListedRun>,
  convert: (fields: JobFields<DidomiRun>) => NonNullable<Value>,
): AsyncGenerator<NonNullable<Value>> {
  let failure: { readonly error: unknown } | undefined
  for await (const run of runs) {
    const value = await run
      .read()
      .then(convert)
      .catch((error: unknown) => {
        failure ??= { error }
      })
    if (value) yield value
  }
  if (failure) throw failure.error
}

const idOf = (run: unknown): unknown =>
  typeof run === 'object' && run !== null && Object.hasOwn(run, 'id') ? (run as DidomiRun).id : undefined

async function readRun(
  raw: DidomiRun,
  exportId: string,
  parse: VendorContext['parse'],
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
