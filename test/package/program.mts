import {
  ApiError,
  type ExportJob,
  type ExportJobsError,
  isExportJobsError,
  JobFailedError,
  pollOnce,
  startWait,
  WaitError,
  type WaitState,
  waitForCompletion,
  watch,
} from 'export-jobs'
import { anacondaServiceAccount, createAnacondaClient } from 'export-jobs/anaconda'
import { createDidomiClient, type DidomiRef, didomiApiKey } from 'export-jobs/didomi'
import { createLoyaltyDogClient } from 'export-jobs/loyaltydog'
import { download } from 'export-jobs/node'
import { createTykClient, type TykExport } from 'export-jobs/tyk'

const tyk = createTykClient({ baseUrl: 'https://studio.example/api/v1', token: 'token' })
const anaconda = createAnacondaClient({
  token: anacondaServiceAccount({ clientId: 'id', clientSecret: 'secret' }),
  timeout: '10s',
})
const loyaltydog = createLoyaltyDogClient({ token: 'token', rateLimit: { requests: 10, per: '1m' } })
const didomi = createDidomiClient({
  token: didomiApiKey({ key: 'key', secret: 'secret' }),
  organizationId: 'organization',
})

export async function wait(signal: AbortSignal): Promise<string | undefined> {
  const id: string = await tyk.start({
    source_type: 'app',
    source_id: 1,
    start_date: '2026-01-01',
    end_date: '2026-01-31',
  })
  const job = await waitForCompletion(tyk, id, { signal, timeout: '10m', schedule: { maxDelay: '1m' } })
  const status: 'completed' = job.status
  const raw: TykExport = job.raw
  const word: string | undefined = raw.attributes.status
  const expiresAt: Date | undefined = job.download?.expiresAt
  // @ts-expect-error a completed job has no reason
  job.reason
  // @ts-expect-error a number is no duration with a unit
  await waitForCompletion(tyk, id, { timeout: '10 minutes' })
  // @ts-expect-error a string finds no run
  await didomi.get('run')
  const ref: DidomiRef = (await waitForCompletion(didomi, { exportId: 'export', runId: 'run' })).ref
  return [status, word, expiresAt?.toISOString(), ref.runId].join()
}

export function describe(job: ExportJob): string {
  switch (job.status) {
    case 'completed':
      return job.download?.url ?? 'delivered'
    case 'failed':
      return job.reason
    case 'canceled':
      return job.reason ?? 'stopped'
    case 'expired':
      return 'gone'
    default:
      return `${job.status} ${job.progress ?? ''}`
  }
}

export function explain(error: unknown): string {
  if (error instanceof JobFailedError) return describe(error.job)
  if (error instanceof WaitError)
    return `${error.reason} ${error.retryAt?.toISOString()} ${error.state.polls}`
  if (error instanceof ApiError) return `${error.httpStatus} ${error.problem.title}`
  if (isExportJobsError(error)) {
    const known: ExportJobsError = error
    return known.code
  }
  return 'not ours'
}

export async function onQueue(state: WaitState<string> = startWait('id')): Promise<Date | undefined> {
  for await (const update of watch(anaconda, 'id')) {
    if (update.type === 'job') describe(update.job)
    else update.error.retryable satisfies boolean
  }
  const poll = await pollOnce(loyaltydog, state)
  return poll.wakeAt
}

export async function raw(): Promise<number | undefined> {
  const { data } = await tyk.api.GET('/exports/{id}', { params: { path: { id: 'id' } } })
  // @ts-expect-error no operation has this path
  await tyk.api.GET('/nothing')
  return data?.attributes?.total_records
}

export async function open(): Promise<ReadableStream<Uint8Array>> {
  const download = await loyaltydog.openDownload('id', { range: { start: 0, end: 9 } })
  return download.body
}

export async function save(): Promise<string> {
  // @ts-expect-error where to is not told
  await download(tyk, 'id', {})
  const { path, bytes } = await download(tyk, 'id', { to: 'exports/', onProgress: ({ total }) => total })
  return `${path} ${bytes}`
}
