import type { ExportClient } from '../client.ts'
import type { ApiError } from '../errors.ts'
import { throwIfAborted } from '../internal/abort.ts'
import { assertClient } from '../internal/assert-client.ts'
import { copyOwn, omitUndefined } from '../internal/options.ts'
import type { ExportJob, WaitState } from '../job.ts'
import { WaitError } from '../wait-errors.ts'
import { resolveWaitOptions, type Update, type WaitOptions } from './options.ts'
import { poll } from './poll-once.ts'
import { readHint } from './request-job.ts'
import { readState, toWaitState } from './state.ts'
import { type ErrorSummary, type JobSummary, summarize, summarizeError } from './summary.ts'
import { createWait, type Wait } from './wait.ts'

/** How an export that has finished came to its end. */
export type EndedOutcome = 'completed' | 'failed' | 'canceled' | 'expired'

/** What one poll came to, as plain JSON. Store `state` whatever the outcome is. */
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
 * Polls once, as {@link pollOnce} does, for an engine that stores what its steps return: the answer is plain JSON, and
 * a wait that is given up is an answer, too.
 *
 * @param client - of the vendor
 * @param state - from {@link startWait} or an earlier step; it is not changed
 * @param options - as for `waitForCompletion`
 * @returns what to do next: poll again at `wakeAt`, or nothing more
 * @throws ConfigurationError before any I/O, and `signal.reason` if aborted; nothing else.
 */
export async function pollStep<Ref, Job extends ExportJob>(
  client: ExportClient<Ref, Job>,
  state: WaitState<Ref>,
  options?: WaitOptions<Job>,
): Promise<PollStep<Ref>> {
  assertClient(client)
  const settings = resolveWaitOptions(options)
  const wait = createWait(client, readState<Ref>(state), settings)
  try {
    return toStep(wait, await poll(wait))
  } catch (thrown) {
    throwIfAborted(settings.signal)
    if (!(thrown instanceof WaitError)) throw thrown
    return omitUndefined<Extract<PollStep<Ref>, { outcome: 'gave-up' }>>({
      outcome: 'gave-up',
      state: thrown.state,
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
  const outcome = state.status as EndedOutcome
  return { outcome, state, job: job.status === outcome ? job : asEnded(job, state) }
}

// A vendor of two minds says otherwise when a queue asks again: the first end is the one that counts.
function asEnded<Ref>({ vendor, id, ref }: JobSummary<Ref>, state: WaitState<Ref>): JobSummary<Ref> {
  const { status, rawStatus } = state
  return omitUndefined<JobSummary<Ref>>({
    vendor,
    id,
    ref,
    status: status as EndedOutcome,
    rawStatus,
  } as never)
}

// A client of the user's own may name neither the export nor itself in its jobs.
function summarizeFor<Ref>({ client, state }: Wait<Ref, ExportJob>, job: ExportJob): JobSummary<Ref> {
  return { ...summarize(job as ExportJob<unknown, Ref>), vendor: client.vendor, ref: state.ref }
}
