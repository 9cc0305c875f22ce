import type { ExportClient } from '../client.ts'
import {
  type ExportJobsError,
  isExportJobsError,
  type WaitErrorDetails,
  type WaitErrorReason,
} from '../errors.ts'
import { copyOwn, notify } from '../internal/options.ts'
import type { ExportJob, WaitState } from '../job.ts'
import { giveUp } from './give-up.ts'
import { look } from './look.ts'
import { resolveWaitOptions, type Update, type WaitOptions, type WaitSettings } from './options.ts'
import { changed, observe, readState, renewed } from './state.ts'
import { originOf } from './timeline.ts'
import { isNotFound, judge } from './verdict.ts'

/** What one poll leaves behind. */
export type PollResult<Ref, Job extends ExportJob> =
  | {
      /** What the poll saw. */
      readonly update: Update<Job>
      /** To be kept for the next poll. */
      readonly state: WaitState<Ref>
      /** When to poll again. */
      readonly wakeAt: Date
    }
  | {
      /** The export has ended, and this is how. */
      readonly update: Extract<Update<Job>, { readonly type: 'job' }>
      readonly state: WaitState<Ref>
      readonly wakeAt?: undefined
    }

/**
 * Polls once, for an engine that owns the sleeping: a queue, a cron job, a Lambda, a workflow. Keep the
 * returned state, and poll again at `wakeAt`. A finished state may be polled again: queues deliver twice.
 *
 * @param client - of the vendor
 * @param state - from {@link startWait}, an earlier poll or a {@link WaitError}; it is not changed
 * @param options - as for `waitForCompletion`; `keepAlive` has no meaning here
 * @throws WaitError when the wait is to be given up.
 * @throws ConfigurationError before any I/O.
 */
export async function pollOnce<Ref, Job extends ExportJob>(
  client: ExportClient<Ref, Job>,
  state: WaitState<Ref>,
  options?: WaitOptions<Job>,
): Promise<PollResult<Ref, Job>> {
  const settings = resolveWaitOptions(options)
  return poll(client, readState(state), settings, originOf(settings.clock))
}

/** What a poll goes by beside the state. */
interface Poll<Ref> {
  readonly settings: WaitSettings
  /** The instant at which the poll came back. */
  readonly now: number
  readonly deadline: number
  /** What is known of the wait should it be given up. */
  readonly details: WaitErrorDetails<Ref>
}

/**
 * The one step of every wait.
 *
 * @param origin - of the clock, as {@link originOf} tells it
 * @param lastJob - the export as last seen, for a {@link WaitError}
 */
export async function poll<Ref, Job extends ExportJob>(
  client: ExportClient<Ref, Job>,
  before: WaitState<Ref>,
  settings: WaitSettings,
  origin: number,
  lastJob?: Job,
): Promise<PollResult<Ref, Job>> {
  const now = () => Math.round(origin + settings.clock.now())
  const startedAt = before.startedAt ?? now()
  const state = changed(before, { startedAt, polls: before.polls + 1 })
  const deadline = startedAt + settings.timeout
  const details = { vendor: client.vendor, state, lastJob, cause: undefined, retryAt: undefined }
  let job: Job
  try {
    job = await look(client, state.ref, settings.signal, deadline - now())
  } catch (error) {
    if (!isExportJobsError(error) || error.name === 'ConfigurationError') throw error
    return afterFailure({ settings, deadline, details, now: now() }, error)
  }
  return afterAnswer({ settings, deadline, details, now: now() }, job)
}

function afterAnswer<Ref, Job extends ExportJob>(poll: Poll<Ref>, job: Job): PollResult<Ref, Job> {
  const { settings, details, now } = poll
  const before = details.state
  const state = observe(before, job, now)
  const active = job.status === 'pending' || job.status === 'running' || job.status === 'unknown'
  if (!active || before.finished) {
    const update = { type: 'job', job } as const
    notify(settings.onUpdate, update as Update<never>)
    // Polled again, as queues do, it has its whole patience anew.
    return { update, state: changed(renewed(state), { finished: true }) }
  }
  const seen: Poll<Ref> = { ...poll, details: { ...details, state, lastJob: job } }
  const stallsAt = (state.changedAt as number) + (settings.stallAfter ?? Number.POSITIVE_INFINITY)
  if (now >= stallsAt) throw giveUp('stalled', seen.details)
  const late = job.status === 'unknown' ? 'unknown-status' : 'timeout'
  const wakeAt = nextPoll(seen, late, stallsAt, hintOf(job), job)
  const update: Update<Job> = { type: 'job', job, nextPollAt: wakeAt }
  notify(settings.onUpdate, update as Update<never>)
  return { update, state, wakeAt }
}

function afterFailure<Ref, Job extends ExportJob>(
  poll: Poll<Ref>,
  error: ExportJobsError,
): PollResult<Ref, Job> {
  const { settings, details, now } = poll
  const before = details.state
  // Only another answer breaks a row of "not found"; no answer at all says nothing.
  const unbroken = isNotFound(error) || error.name === 'TransportError' ? before.notFoundSince : undefined
  const state = changed(before, {
    failingSince: before.failingSince ?? now,
    notFoundSince: isNotFound(error) ? (unbroken ?? now) : unbroken,
  })
  const failed: Poll<Ref> = { ...poll, details: { ...details, state, cause: error } }
  const { reason, patienceEndsAt } = judge(error, state, settings)
  if (now >= patienceEndsAt) throw giveUp(reason, failed.details)
  const wakeAt = nextPoll(failed, 'timeout', patienceEndsAt, hintOf(error), undefined)
  const update: Update<Job> = { type: 'poll-failed', error, nextPollAt: wakeAt }
  notify(settings.onUpdate, update as Update<never>)
  return { update, state, wakeAt }
}

/**
 * When to look again: as the schedule says, not before the vendor's hint is over, and with one last look when
 * the deadline or the patience ends.
 *
 * @param late - what the wait is given up for when no look is left before the deadline
 */
function nextPoll<Ref>(
  { settings, now, deadline, details }: Poll<Ref>,
  late: WaitErrorReason,
  patienceEndsAt: number,
  hint: number | undefined,
  job: ExportJob | undefined,
): Date {
  const earliest = now + (hint ?? 0)
  const retryAt = hint !== undefined && earliest > deadline ? new Date(earliest) : undefined
  if (now >= deadline || retryAt) throw giveUp(late, { ...details, retryAt })
  const { since, startedAt, polls, runningSince, progress, unchanged = 0 } = details.state
  const delay = settings.delay({
    age: Math.max(0, now - (since ?? (startedAt as number))),
    polls,
    unchanged,
    progress,
    runningAge: runningSince === undefined ? undefined : Math.max(0, now - runningSince),
    job,
    hint,
  })
  return new Date(Math.max(earliest, Math.min(now + delay, deadline, patienceEndsAt)))
}

const day = 86_400_000

// Of a client of the user's own it may be anything: what is no number, or more than a day, is nonsense.
function hintOf(source: ExportJob | ExportJobsError): number | undefined {
  const { retryAfter } = copyOwn(source as { retryAfter?: unknown })
  return typeof retryAfter === 'number' && retryAfter > 0 && retryAfter <= day ? retryAfter : undefined
}
