import { ConfigurationError } from '../errors.ts'
import { assertOption, copyOwn } from '../internal/options.ts'
import type { ExportJob, WaitState } from '../job.ts'
import { readProgress } from './schedule.ts'

const kind = 'export-jobs/wait'

/**
 * Begins a wait that somebody else keeps: a queue, a cron job, a workflow engine. No request is made.
 *
 * @param ref - the export: what the client's `get` takes
 * @param options.since - when the export was started, if known: an old export is polled less eagerly
 * @returns the state to give to {@link pollOnce}: plain JSON, without a secret and without a host
 * @throws ConfigurationError `invalid-option` when `since` is not a valid Date, `invalid-ref` when there is no ref.
 */
export function startWait<Ref>(ref: Ref, options?: { readonly since?: Date | undefined }): WaitState<Ref> {
  if (ref === undefined || ref === null)
    throw new ConfigurationError('invalid-ref', 'There is no export to wait for: the ref is missing.')
  const { since } = copyOwn(options)
  assertOption(
    since === undefined || (since instanceof Date && Number.isFinite(since.getTime())),
    'since must be a valid Date.',
  )
  return copy(copyOwn({ kind, version: 1, ref, polls: 0, since: since?.getTime() }))
}

/** The state to begin with: a new one for a ref, or the one given; a finished one is waited for again. */
export function toState<Ref>(refOrState: Ref | WaitState<Ref>): WaitState<Ref> {
  if (!isState(refOrState)) return startWait(refOrState as Ref)
  const state = readState(refOrState)
  return state.finished ? renewed(state) : state
}

/**
 * Checks a state that comes back from wherever it was kept.
 *
 * @throws ConfigurationError `invalid-state` when it is none, or one of another version.
 */
export function readState<Ref>(value: WaitState<Ref>): WaitState<Ref> {
  if (!isState(value)) throw invalid('it is not what startWait or pollOnce returned')
  if (value.version !== 1) throw invalid('it was written by another version of export-jobs')
  const state = copy(copyOwn(value))
  const isSound =
    state.ref != null &&
    Number.isSafeInteger(state.polls) &&
    state.polls >= 0 &&
    numbers.every((key) => Number.isFinite(state[key] ?? 0))
  if (!isSound) throw invalid('it is damaged')
  return state
}

/** The state after the vendor has answered: what was seen, when it was new, and that nothing fails any more. */
export function observe<Ref>(before: WaitState<Ref>, job: ExportJob, now: number): WaitState<Ref> {
  const { status, rawStatus, createdAt } = copyOwn(job)
  const progress = readProgress(job)
  const isNew = status !== before.status || rawStatus !== before.rawStatus || progress !== before.progress
  const created = createdAt?.getTime()
  const since = Number.isFinite(created) ? created : before.since
  return changed(before, {
    since,
    status,
    rawStatus,
    progress,
    changedAt: isNew ? now : (before.changedAt ?? now),
    unchanged: isNew ? 0 : (before.unchanged ?? 0) + 1,
    pendingAt: status === 'pending' ? now : before.pendingAt,
    runningSince: status === 'running' ? (before.runningSince ?? beganToRun(before, since, now)) : undefined,
    failingSince: undefined,
    notFoundSince: undefined,
  })
}

// It began some time between the last look that found it pending and this one; without such a look, at once.
function beganToRun(
  { pendingAt, startedAt }: WaitState,
  since: number | undefined,
  now: number,
): number | undefined {
  return pendingAt === undefined ? (since ?? startedAt) : (pendingAt + now) / 2
}

/** The state of a wait that was given up, ready to go on: what is known stays, what counts towards giving up starts anew. */
export function renewed<Ref>(state: WaitState<Ref>): WaitState<Ref> {
  return changed(state, {
    // The export is as old as it was: going on is no reason to be eager again.
    since: state.since ?? state.startedAt,
    startedAt: undefined,
    changedAt: undefined,
    failingSince: undefined,
    notFoundSince: undefined,
    finished: undefined,
  })
}

const numbers = [
  'since',
  'startedAt',
  'changedAt',
  'pendingAt',
  'runningSince',
  'unchanged',
  'progress',
  'failingSince',
  'notFoundSince',
] as const
/** The state with some of it changed. */
export function changed<Ref>(state: WaitState<Ref>, changes: Partial<WaitState<Ref>>): WaitState<Ref> {
  return Object.assign(copy(state), changes)
}

// Every property is the state's own, known or not, so that a polluted prototype cannot lend it one. Named one by one
// they are all in the object itself, which is smaller and quicker to make than one that is filled key by key.
function copy<Ref>(state: WaitState<Ref>): WaitState<Ref> {
  return {
    kind,
    version: 1,
    ref: state.ref,
    polls: state.polls,
    since: state.since,
    startedAt: state.startedAt,
    changedAt: state.changedAt,
    status: state.status,
    rawStatus: state.rawStatus,
    progress: state.progress,
    pendingAt: state.pendingAt,
    runningSince: state.runningSince,
    unchanged: state.unchanged,
    failingSince: state.failingSince,
    notFoundSince: state.notFoundSince,
    finished: state.finished,
  }
}

function isState(value: unknown): value is WaitState<never> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.hasOwn(value, 'kind') &&
    (value as WaitState).kind === kind
  )
}

function invalid(why: string): ConfigurationError {
  return new ConfigurationError(
    'invalid-state',
    `The wait cannot be resumed: ${why}. Begin a new one with startWait(ref).`,
  )
}
