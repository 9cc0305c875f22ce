import { type ExportJobsError, TransportError } from '../errors.ts'
import { throwIfAborted } from '../internal/abort.ts'
import { createAdmission } from '../internal/admission.ts'
import { perClient } from '../internal/client.ts'
import { canonicalJson } from '../internal/json.ts'
import { copyOwn, notify } from '../internal/options.ts'
import { createSingleFlight } from '../internal/single-flight.ts'
import { afterReading, releaseProcess } from '../internal/timers.ts'
import type { ExportJob } from '../job.ts'
import { isActive, type ReadJob, readHint, readJob } from '../read-job.ts'
import type { WaitErrorReason } from '../wait-errors.ts'
import type { Update } from '../wait-options.ts'
import { type LiveState, recordJob, renew } from './state.ts'
import { classifyFailure, type Failure, recordFailure, toleranceOf, toWaitError } from './to-wait-error.ts'
import { deadlineOf, isLate, nowOf, type Wait } from './wait.ts'

/**
 * The one step of every wait: polls the vendor, and updates the wait.
 *
 * @throws WaitError when the wait is given up, ConfigurationError, or the signal's reason.
 */
export async function poll<Ref, Job extends ExportJob>(wait: Wait<Ref, Job>): Promise<Update<Job>> {
  const { client, settings, state } = wait
  // A process that was suspended has not read yet which connections were closed meanwhile. A request over one of them
  // would fail, and it may be the last of this wait.
  if (isLate(wait)) await new Promise<void>(afterReading)
  state.polls++
  let job: Job
  let read: ReadJob
  try {
    job = await requestJob(wait)
    read = readJob(job, client.vendor)
  } catch (thrown) {
    throwIfAborted(settings.signal)
    const failure = classifyFailure(thrown, client.vendor, state.status === undefined)
    return report(wait, afterFailure(wait, failure))
  }
  return report(wait, afterAnswer(wait, job, read))
}

function report<Job extends ExportJob>({ settings }: Wait<unknown, Job>, update: Update<Job>): Update<Job> {
  notify(settings.onUpdate, update as Update<never>)
  return update
}

// Both per client: on some runtimes a timer ends with the request that set it, and what several clients share would hang.
const admissionOf = perClient(createAdmission)
const requestsOf = perClient(() => createSingleFlight<ExportJob>())

// How long a poll that begins at the deadline may take, in ms.
const finalPoll = 1_500

/**
 * Asks the vendor once. Waits for the same export share a request.
 *
 * @throws whatever the client throws, TransportError `timeout` at the deadline, the signal's reason.
 */
async function requestJob<Ref, Job extends ExportJob>(wait: Wait<Ref, Job>): Promise<Job> {
  const { client, settings, state } = wait
  const { signal, keepAlive } = settings
  throwIfAborted(signal)
  const requests = requestsOf(client)
  const key = canonicalJson(state.ref) ?? state.ref
  const expiresAt = performance.now() + Math.max(deadlineOf(wait) - nowOf(wait), finalPoll)
  // A wait that joins a request needs no admission of its own. One in the queue holds nothing but this.
  const entered = requests.isInProgress(key)
    ? joined
    : admissionOf(client).enter({ signal, expiresAt, keepAlive })
  const leave = entered instanceof Promise ? await entered : entered
  if (leave === undefined) throw timeoutError(client.vendor, false)

  const get = async (own: AbortSignal) => {
    // The time limits of the waits that share the request decide whether the process keeps running.
    releaseProcess(own)
    // The schedule is the retry: more attempts here would only poll more often than it says.
    return client.get(state.ref, { signal: own, retries: 0 })
  }
  const ms = expiresAt - performance.now()
  const limit = { ms, timeoutError: () => timeoutError(client.vendor, true), keepAlive }
  try {
    return (await requests.join(key, get, { signal, limit })) as Job
  } finally {
    leave()
  }
}

const joined = () => {}

function timeoutError(vendor: string, sent: boolean): TransportError {
  const what = sent
    ? `${vendor} did not answer`
    : `Too many requests to ${vendor} were in progress to send one more`
  return new TransportError('timeout', `${what} before the deadline of the wait.`, vendor, sent)
}

function afterAnswer<Job extends ExportJob>(wait: Wait<unknown, Job>, job: Job, read: ReadJob): Update<Job> {
  const { state, settings } = wait
  const now = nowOf(wait)
  const { status, retryAfter } = read
  const isFirst = state.status === undefined
  // A queue may poll a finished state again. The first final status counts, whatever the vendor answers then.
  const hasEnded = state.finished && state.status !== undefined && !isActive(state.status)
  if (!hasEnded) recordJob(state, read, now)
  wait.lastJob = hasEnded && status !== state.status ? toEndedJob(job, state) : job
  if (hasEnded || !isActive(status)) {
    // Its time limits begin anew, should a queue deliver it again.
    renew(state)
    state.finished = true
    wait.wakeAt = undefined
    return { type: 'job', job: wait.lastJob }
  }
  const stallsAt = (state.changedAt as number) + (settings.stallAfter ?? Number.POSITIVE_INFINITY)
  if (now >= stallsAt) throw toWaitError('stalled', wait)
  const { nextPollAt, scheduleError } = scheduleNext(wait, now, {
    reasonAtDeadline: status === 'unknown' ? 'unknown-status' : 'timeout',
    giveUpAt: stallsAt,
    hint: retryAfter,
    job,
  })
  if (!scheduleError) return { type: 'job', job, nextPollAt }
  if (isFirst) throw scheduleError
  return { type: 'poll-failed', error: scheduleError, nextPollAt }
}

/** The job with its first final status, and without what a contradicting answer says about it. */
function toEndedJob<Job extends ExportJob>({ vendor, id, ref, raw }: Job, state: LiveState<unknown>): Job {
  const { status, rawStatus } = state
  const ended = { vendor, id, ref, status, rawStatus, raw }
  return (status === 'failed' ? { ...ended, reason: `${vendor} gave no reason.` } : ended) as unknown as Job
}

function afterFailure<Job extends ExportJob>(wait: Wait<unknown, Job>, failure: Failure): Update<Job> {
  const { state, settings } = wait
  const { error, kind } = failure
  const now = nowOf(wait)
  recordFailure(state, failure, now)
  const { reason, giveUpAt } = toleranceOf(failure, state, settings)
  if (kind === 'permanent' || now >= giveUpAt) throw toWaitError(reason, wait, error)
  const hint = readHint(copyOwn(error as { retryAfter?: unknown }).retryAfter)
  const { nextPollAt } = scheduleNext(wait, now, { reasonAtDeadline: 'timeout', giveUpAt, hint, error })
  return { type: 'poll-failed', error, nextPollAt }
}

/** What the next poll depends on, besides the wait. */
interface Next {
  /** Why the wait is given up if no time is left. */
  readonly reasonAtDeadline: WaitErrorReason
  /** When the wait may be given up for another reason: one more poll is made then. */
  readonly giveUpAt: number
  /** Ms for which the vendor asked not to be polled. */
  readonly hint: number | undefined
  readonly job?: ExportJob
  readonly error?: ExportJobsError
}

/** Plans the next poll: by the schedule, not before the vendor's hint is over, and once more at the deadline. */
function scheduleNext(wait: Wait<unknown, ExportJob>, now: number, next: Next) {
  const { reasonAtDeadline, giveUpAt, hint, job, error } = next
  const deadline = deadlineOf(wait)
  const earliest = now + (hint ?? 0)
  const retryAt = hint !== undefined && earliest > deadline ? new Date(earliest) : undefined
  if (now >= deadline || retryAt) throw toWaitError(reasonAtDeadline, wait, error, retryAt)
  const { startedAt, since = startedAt, polls, runningSince, progress, unchanged = 0 } = wait.state
  const seen = {
    age: Math.max(0, now - Math.min(since as number, startedAt as number)),
    polls,
    unchanged,
    progress,
    runningAge: runningSince === undefined ? undefined : Math.max(0, now - runningSince),
    job,
    hint,
  }
  const { delay, error: scheduleError } = wait.settings.schedule.plan(seen, wait.state.expected)
  const nextPollAt = new Date(Math.max(earliest, Math.min(now + delay, deadline, giveUpAt)))
  wait.wakeAt = nextPollAt.getTime()
  return { nextPollAt, scheduleError }
}
