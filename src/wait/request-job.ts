import type { ExportClient } from '../client.ts'
import { ResponseError, TransportError } from '../errors.ts'
import { throwIfAborted } from '../internal/abort.ts'
import { createAdmission } from '../internal/admission.ts'
import { canonicalJson } from '../internal/json.ts'
import { copyOwn } from '../internal/options.ts'
import { perClient } from '../internal/per-client.ts'
import { createSingleFlight } from '../internal/single-flight.ts'
import { releaseProcess } from '../internal/timers.ts'
import type { ExportJob, ExportStatus } from '../job.ts'
import type { WaitSettings } from './options.ts'

// Both per client: on some runtimes a timer ends with the request that set it, and what several clients shared would hang.
const admissionOf = perClient(createAdmission)
const requestsOf = perClient(() => createSingleFlight<ExportJob>())

// How long a poll may take that begins at the deadline, in ms.
const finalPoll = 1_500

/**
 * Asks the vendor once. Waits on the same export share a request that is under way.
 *
 * @param remaining - ms until the deadline of the wait, which ends the request, too
 * @throws whatever the client throws, TransportError `timeout` at the deadline, the signal's reason on abort.
 */
export async function requestJob<Ref, Job extends ExportJob>(
  client: ExportClient<Ref, Job>,
  ref: Ref,
  { signal, keepAlive }: WaitSettings,
  remaining: number,
): Promise<Job> {
  throwIfAborted(signal)
  const requests = requestsOf(client)
  const key = canonicalJson(ref) ?? ref
  const expiresAt = performance.now() + Math.max(remaining, finalPoll)
  // A wait that takes part in a request needs no place of its own. Nothing more is made of one that is in the queue.
  const entered = requests.isUnderWay(key)
    ? noPlace
    : admissionOf(client).enter({ signal, expiresAt, keepAlive })
  const leave = entered instanceof Promise ? await entered : entered
  if (leave === undefined) throw timeoutError(client.vendor, false)

  const get = async (own: AbortSignal) => {
    // The time limit of each wait that takes part keeps the process running, or does not.
    releaseProcess(own)
    // The wait is the retry: further attempts here would only ask more often than the schedule says.
    return client.get(ref, { signal: own, retries: 0 })
  }
  const limit = {
    ms: expiresAt - performance.now(),
    timeoutError: () => timeoutError(client.vendor, true),
    keepAlive,
  }
  try {
    return (await requests.join(key, get, { signal, limit })) as Job
  } finally {
    leave()
  }
}

const noPlace = () => {}

function timeoutError(vendor: string, sent: boolean): TransportError {
  const what = sent
    ? `${vendor} did not answer`
    : `Too many requests to ${vendor} were under way to ask once more`
  return new TransportError('timeout', `${what} before the deadline of the wait.`, vendor, sent)
}

const statuses = new Set<unknown>([
  'pending',
  'running',
  'completed',
  'failed',
  'canceled',
  'expired',
  'unknown',
] satisfies ExportStatus[])

export const isStatus = (value: unknown): value is ExportStatus => statuses.has(value)

/** What a wait goes by of a job. */
export interface JobFields {
  readonly status: ExportStatus
  readonly rawStatus: string | undefined
  readonly progress: number | undefined
  /** In ms since the epoch, as is `answeredAt`. */
  readonly createdAt: number | undefined
  readonly answeredAt: number | undefined
  readonly retryAfter: number | undefined
}

/**
 * Reads a job. A client of the user's own may answer with anything: a field of another type is absent.
 *
 * @throws ResponseError `unexpected-shape` without a status.
 */
export function readJob(job: unknown, vendor: string): JobFields {
  const { status, rawStatus, progress, createdAt, answeredAt, retryAfter } = copyOwn(
    job as Record<keyof JobFields, unknown>,
  )
  if (!isStatus(status)) {
    throw new ResponseError('unexpected-shape', `The ${vendor} client did not return an ExportJob.`, vendor)
  }
  return {
    status,
    rawStatus: typeof rawStatus === 'string' ? rawStatus : undefined,
    progress: typeof progress === 'number' && progress >= 0 && progress <= 100 ? progress : undefined,
    createdAt: readDate(createdAt),
    answeredAt: readDate(answeredAt),
    retryAfter: readHint(retryAfter),
  }
}

/** The ms since the epoch of a valid Date, one of another realm too. */
export function readDate(value: unknown): number | undefined {
  try {
    const instant = Date.prototype.getTime.call(value)
    return Number.isFinite(instant) ? instant : undefined
  } catch {
    return undefined
  }
}

const day = 86_400_000

/** A hint of the vendor's, in ms; more than a day is nonsense. */
export function readHint(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 && value <= day ? value : undefined
}
