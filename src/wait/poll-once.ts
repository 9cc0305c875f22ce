import type { ExportClient } from '../client.ts'
import type { ExportJobsError } from '../errors.ts'
import { throwIfAborted } from '../internal/abort.ts'
import { assertClient } from '../internal/assert-client.ts'
import { copyOwn, notify } from '../internal/options.ts'
import { afterReading } from '../internal/timers.ts'
import type { ExportJob, ExportStatus, WaitState } from '../job.ts'
import type { WaitErrorReason } from '../wait-errors.ts'
import { resolveWaitOptions, type Update, type WaitOptions, type WaitSettings } from './options.ts'
import { recordFailure, recordJob } from './record.ts'
import { type JobFields, readHint, readJob, requestJob } from './request-job.ts'
import { readState, renew, toWaitState } from './state.ts'
import {
  classifyFailure,
  type Failure,
  toleranceOf,
  toWaitError,
  type WaitErrorContext,
} from './to-wait-error.ts'
import { createWait, deadlineOf, isLate, nowOf, type Wait } from './wait.ts'

/** What one poll leaves behind. */
export type PollResult<Ref, Job extends ExportJob> =
  | {
      /** What the poll found. */
      readonly update: Update<Job>
      /** To be stored for the next poll. */
      readonly state: WaitState<Ref>
      /** When to poll again. */
      readonly wakeAt: Date
    }
  | {
      /** The export has finished, and this is how. */
      readonly update: Extract<Update<Job>, { readonly type: 'job' }>
      readonly state: WaitState<Ref>
      readonly wakeAt?: undefined
    }

/**
 * Polls once, for an engine that owns the sleeping: a queue, a cron job, a Lambda, a workflow. Store the returned
 * state, and poll again at `wakeAt`; if that is undefined, the export has finished. A finished state may be polled
 * again: queues deliver twice.
 *
 * @param client - of the vendor
 * @param state - from {@link startWait}, an earlier poll or a {@link WaitError}; it is not changed
 * @param options - as for `waitForCompletion`
 * @throws WaitError when the wait is given up; its state resumes it.
 * @throws ConfigurationError before any I/O, and `signal.reason` if aborted.
 */
export async function pollOnce<Ref, Job extends ExportJob>(
  client: ExportClient<Ref, Job>,
  state: WaitState<Ref>,
  options?: WaitOptions<Job>,
): Promise<PollResult<Ref, Job>> {
  assertClient(client)
  const wait = createWait(client, readState<Ref>(state), resolveWaitOptions(options))
  const update = await poll(wait)
  const result = { update, state: toWaitState(wait.state) }
  return wait.wakeAt === undefined
    ? (result as PollResult<Ref, Job>)
    : { ...result, wakeAt: new Date(wait.wakeAt) }
}

/**
 * The one step of every wait: asks the vendor, and brings the wait up to date with what came.
 *
 * @throws WaitError when the wait is given up, ConfigurationError, or the signal's reason.
 */
export async function poll<Ref, Job extends ExportJob>(wait: Wait<Ref, Job>): Promise<Update<Job>> {
  const { client, settings, state } = wait
  // A process that was stopped wakes before it reads which connections were closed meanwhile: a request over one of
  // those would fail, and it may be the last.
  if (isLate(wait)) await new Promise<void>(afterReading)
  state.polls++
  let job: Job
  let fields: JobFields
  try {
    job = await requestJob(client, state.ref, settings, deadlineOf(wait) - nowOf(wait))
    fields = readJob(job, client.vendor)
  } catch (thrown) {
    throwIfAborted(settings.signal)
    return report(
      settings,
      afterFailure(wait, classifyFailure(thrown, client.vendor, state.status === undefined)),
    )
  }
  return report(settings, afterAnswer(wait, job, fields))
}

function report<Job extends ExportJob>({ onUpdate }: WaitSettings, update: Update<Job>): Update<Job> {
  notify(onUpdate, update as Update<never>)
  return update
}

function afterAnswer<Job extends ExportJob>(
  wait: Wait<unknown, Job>,
  job: Job,
  fields: JobFields,
): Update<Job> {
  const { state, settings } = wait
  const now = nowOf(wait)
  const { status, retryAfter } = fields
  const isNew = state.status === undefined
  // The first end counts, should the vendor be of two minds when a queue asks again.
  const hasEnded = state.finished && state.status !== undefined && !isActive(state.status)
  if (!hasEnded) recordJob(state, fields, now)
  wait.lastJob = job
  if (hasEnded || !isActive(status)) {
    // When a queue delivers it again, its time limits begin anew.
    renew(state)
    state.finished = true
    wait.wakeAt = undefined
    return { type: 'job', job }
  }
  const stallsAt = (state.changedAt as number) + (settings.stallAfter ?? Number.POSITIVE_INFINITY)
  if (now >= stallsAt) throw toWaitError('stalled', contextOf(wait))
  const late = status === 'unknown' ? 'unknown-status' : 'timeout'
  const { nextPollAt, mistake } = scheduleNext(wait, now, {
    late,
    until: stallsAt,
    hint: retryAfter,
    job,
    isNew,
  })
  return mistake ? { type: 'poll-failed', error: mistake, nextPollAt } : { type: 'job', job, nextPollAt }
}

const isActive = (status: ExportStatus): boolean =>
  status === 'pending' || status === 'running' || status === 'unknown'

function afterFailure<Job extends ExportJob>(wait: Wait<unknown, Job>, failure: Failure): Update<Job> {
  const { state, settings } = wait
  const { error } = failure
  const now = nowOf(wait)
  recordFailure(state, failure, now)
  const { reason, until } = toleranceOf(failure, state, settings)
  if (now >= until) throw toWaitError(reason, contextOf(wait, error))
  const hint = readHint(copyOwn(error as { retryAfter?: unknown }).retryAfter)
  const isNew = state.status === undefined
  const { nextPollAt } = scheduleNext(wait, now, { late: 'timeout', until, hint, error, isNew })
  return { type: 'poll-failed', error, nextPollAt }
}

/** What the next poll depends on, beside the wait. */
interface Next {
  /** What the wait is given up for when no time is left. */
  readonly late: WaitErrorReason
  /** One more poll is made then, as the wait may be given up for another reason. */
  readonly until: number
  /** Ms for which the vendor asked not to be polled. */
  readonly hint: number | undefined
  readonly job?: ExportJob
  readonly error?: ExportJobsError
  /** The export was never seen before: a mistake of the call is told at once. */
  readonly isNew: boolean
}

/** Plans the next poll: as the schedule says, not before the vendor's hint is over, and once more at the deadline. */
function scheduleNext(wait: Wait<unknown, ExportJob>, now: number, next: Next) {
  const { late, until, hint, job, error, isNew } = next
  const deadline = deadlineOf(wait)
  const earliest = now + (hint ?? 0)
  const retryAt = hint !== undefined && earliest > deadline ? new Date(earliest) : undefined
  if (now >= deadline || retryAt) throw toWaitError(late, contextOf(wait, error, retryAt))
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
  const { delay, mistake } = wait.settings.schedule.plan(seen, wait.state.expected)
  if (mistake && isNew) throw mistake
  const nextPollAt = new Date(Math.max(earliest, Math.min(now + delay, deadline, until)))
  wait.wakeAt = nextPollAt.getTime()
  return { nextPollAt, mistake }
}

function contextOf<Ref>(
  { client, state, lastJob }: Wait<Ref, ExportJob>,
  cause?: ExportJobsError,
  retryAt?: Date,
): WaitErrorContext<Ref> {
  return { vendor: client.vendor, state, lastJob, cause, retryAt }
}
