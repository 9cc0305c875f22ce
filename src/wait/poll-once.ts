import type { ExportClient } from '../client.ts'
import type { ApiError } from '../errors.ts'
import { throwIfAborted } from '../internal/abort.ts'
import { assertClient } from '../internal/client.ts'
import { copyOwn, omitUndefined } from '../internal/options.ts'
import type { ExportJob, WaitState } from '../job.ts'
import { readHint } from '../read-job.ts'
import { type ErrorSummary, type JobSummary, summarize, summarizeError } from '../summary.ts'
import { WaitError } from '../wait-errors.ts'
import type { Update, WaitOptions } from '../wait-options.ts'
import { poll } from './poll.ts'
import { readState, toWaitState } from './state.ts'
import { createWait, resolveWaitOptions, type Wait } from './wait.ts'

/** The result of {@link pollOnce}. */
export type PollResult<Ref, Job extends ExportJob> =
  | {
      /** What the poll found. */
      readonly update: Update<Job>
      /** Store it for the next poll. */
      readonly state: WaitState<Ref>
      /** When to poll again. */
      readonly wakeAt: Date
    }
  | {
      /** The finished job. */
      readonly update: Extract<Update<Job>, { readonly type: 'job' }>
      readonly state: WaitState<Ref>
      readonly wakeAt?: undefined
    }

/**
 * Polls once, for an engine that does the sleeping: a queue, a cron job, a Lambda, a workflow. Store the returned
 * state, and poll again at `wakeAt`. If `wakeAt` is undefined, the export has finished. A finished state may be polled
 * again, as queues may deliver twice.
 *
 * @param client - of the vendor
 * @param state - from {@link startWait}, an earlier poll or a {@link WaitError}; it is not changed
 * @param options - as for `waitForCompletion`
 * @throws WaitError when the wait is given up; its state resumes it.
 * @throws ConfigurationError for an invalid argument, before any I/O; or after the first answer, for a `schedule` function
 *   that fails. `signal.reason` if aborted.
 */
export async function pollOnce<Ref, Job extends ExportJob>(
  client: ExportClient<Ref, Job>,
  state: WaitState<Ref>,
  options?: WaitOptions<Job>,
): Promise<PollResult<Ref, Job>> {
  const wait = resumeWait(client, state, options)
  const update = await poll(wait)
  const result = { update, state: toWaitState(wait.state) }
  return wait.wakeAt === undefined
    ? (result as PollResult<Ref, Job>)
    : { ...result, wakeAt: new Date(wait.wakeAt) }
}

function resumeWait<Ref, Job extends ExportJob>(
  client: ExportClient<Ref, Job>,
  state: WaitState<Ref>,
  options: WaitOptions<Job> | undefined,
): Wait<Ref, Job> {
  assertClient(client)
  return createWait(client, readState<Ref>(state), resolveWaitOptions(options))
}

/** How an export ended. */
export type EndedOutcome = 'completed' | 'failed' | 'canceled' | 'expired'

/** The outcome of one poll as plain JSON. Store `state`, whatever the outcome. */
export type PollStep<Ref = unknown> =
  | {
      readonly outcome: 'waiting'
      readonly state: WaitState<Ref>
      /** When to poll again, in ms since the epoch. */
      readonly wakeAt: number
      /** What the vendor answered; absent when the poll failed. */
      readonly job?: JobSummary<Ref>
      /** Why the poll failed; the wait retries. */
      readonly error?: ErrorSummary
      /** The vendor answered 429 and asked for no request at all for so many ms. */
      readonly rateLimited?: number
    }
  | {
      readonly outcome: EndedOutcome
      readonly state: WaitState<Ref>
      readonly job: JobSummary<Ref>
    }
  | {
      readonly outcome: 'gave-up'
      /** Resumes the wait, with a fresh timeout. */
      readonly state: WaitState<Ref>
      /** What the vendor answered last, when this poll got an answer. */
      readonly job?: JobSummary<Ref>
      /** A {@link WaitError} in JSON, with its cause. */
      readonly error: ErrorSummary
    }

/**
 * Polls once, like {@link pollOnce}, for an engine that stores what its steps return: the result is plain JSON, and a
 * wait that is given up is a result, not an error.
 *
 * @param client - of the vendor
 * @param state - from {@link startWait} or an earlier step; it is not changed
 * @param options - as for `waitForCompletion`
 * @returns what to do next: poll again at `wakeAt`, or nothing more
 * @throws ConfigurationError as {@link pollOnce}, and `signal.reason` if aborted; nothing else.
 */
export async function pollStep<Ref, Job extends ExportJob>(
  client: ExportClient<Ref, Job>,
  state: WaitState<Ref>,
  options?: WaitOptions<Job>,
): Promise<PollStep<Ref>> {
  const wait = resumeWait(client, state, options)
  try {
    return toStep(wait, await poll(wait))
  } catch (thrown) {
    throwIfAborted(wait.settings.signal)
    if (!(thrown instanceof WaitError)) throw thrown
    return omitUndefined<Extract<PollStep<Ref>, { outcome: 'gave-up' }>>({
      outcome: 'gave-up',
      state: thrown.state as WaitState<Ref>,
      job: thrown.lastJob && summarizeFor(wait, thrown.lastJob),
      error: summarizeError(thrown),
    })
  }
}

function toStep<Ref>(wait: Wait<Ref, ExportJob>, update: Update): PollStep<Ref> {
  const { wakeAt } = wait
  const state = toWaitState(wait.state)
  if (update.type === 'poll-failed') {
    const { httpStatus, retryAfter } = copyOwn(update.error as Partial<ApiError>)
    return omitUndefined<Extract<PollStep<Ref>, { outcome: 'waiting' }>>({
      outcome: 'waiting',
      state,
      wakeAt: wakeAt as number,
      error: summarizeError(update.error),
      rateLimited: httpStatus === 429 ? readHint(retryAfter) : undefined,
    })
  }
  const job = summarizeFor(wait, update.job)
  if (wakeAt !== undefined) return { outcome: 'waiting', state, wakeAt, job }
  return { outcome: state.status as EndedOutcome, state, job }
}

// A user's own client may leave vendor and ref out of its jobs.
function summarizeFor<Ref>({ client, state }: Wait<Ref, ExportJob>, job: ExportJob): JobSummary<Ref> {
  return { ...summarize(job as ExportJob<unknown, Ref>), vendor: client.vendor, ref: state.ref }
}
