import type { JobFields } from './request-job.ts'
import type { LiveState } from './state.ts'
import type { Failure } from './to-wait-error.ts'

/** Notes what the vendor answered: what it was, when it was new, and that no poll fails any more. */
export function recordJob(state: LiveState<unknown>, job: JobFields, now: number): void {
  const { status, rawStatus, progress } = job
  const isNew = status !== state.status || rawStatus !== state.rawStatus || progress !== state.progress
  state.since = startOf(job, state, now)
  state.changedAt = isNew ? now : (state.changedAt ?? now)
  state.unchanged = isNew ? 0 : (state.unchanged ?? 0) + 1
  state.runningSince = status === 'running' ? (state.runningSince ?? beganToRun(state, now)) : undefined
  if (status === 'pending') state.pendingAt = now
  state.status = status
  state.rawStatus = rawStatus
  state.progress = progress
  state.failingSince = undefined
  state.notFoundSince = undefined
}

/**
 * Notes a failed poll. An answer that points to a wrong id or base URL is of one row with those before it, which only an
 * answer of another kind breaks: none at all says nothing.
 */
export function recordFailure(state: LiveState<unknown>, { kind, error }: Failure, now: number): void {
  state.failingSince ??= now
  if (kind === 'not-found' || (kind === 'unexpected' && state.status === undefined))
    state.notFoundSince ??= now
  else if (error.name !== 'TransportError') state.notFoundSince = undefined
}

// Nobody waits for one that is older: 1970 is how some say that they do not know.
const oldest = 365 * 86_400_000

/**
 * When the export was started, by our clock. How old it is, the vendor's own clock tells, where it tells both instants.
 * Whatever it tells, the export is as old as this wait: one whose clock is ahead would be polled as a new one for hours.
 */
function startOf({ createdAt, answeredAt }: JobFields, state: LiveState<unknown>, now: number): number {
  const age = createdAt === undefined || answeredAt === undefined ? -1 : answeredAt - createdAt
  const startedAt = state.startedAt as number
  return Math.min(age >= 0 && age <= oldest ? now - age : (state.since ?? startedAt), startedAt)
}

// It began some time between the last poll that found it pending and this one; without such a poll, at its start.
function beganToRun({ pendingAt, since }: LiveState<unknown>, now: number): number | undefined {
  return pendingAt === undefined ? since : (pendingAt + now) / 2
}
