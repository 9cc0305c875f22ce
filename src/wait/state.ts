import { isExpected } from '../duration-history.ts'
import { ConfigurationError } from '../errors.ts'
import { copyJson } from '../internal/json.ts'
import { assertOption, copyOwn, omitUndefined } from '../internal/options.ts'
import { isJob, toRef } from '../internal/ref.ts'
import type { ExportJob, WaitState } from '../job.ts'
import { isPercentage, isStatus, type ReadJob, readDate } from '../read-job.ts'

const kind = 'export-jobs/wait'

/**
 * A {@link WaitState} in use, changed in place. Every key is an own property, so that nothing is read from a polluted
 * prototype, and all states have the same shape, which takes the least memory.
 */
export type LiveState<Ref> = {
  -readonly [Key in keyof WaitState<Ref>]-?: WaitState<Ref>[Key] | undefined
} & { ref: Ref; polls: number }

/**
 * Begins a wait that is stored between polls: by a queue, a cron job, a workflow engine. Makes no request.
 *
 * @param ref - the export: a JSON value that the client's `get` takes, or its job
 * @param options.since - when the export was started, if known: an old export is polled less often
 * @returns the state to give to {@link pollOnce}: JSON values only, with no credentials and no URL
 * @throws ConfigurationError `invalid-option` if `since` is not a valid Date, `invalid-ref` if there is no ref, or
 *   JSON cannot hold it.
 */
export function startWait<Ref>(
  ref: Ref | ExportJob<unknown, Ref>,
  options?: { readonly since?: Date | undefined },
): WaitState<Ref> {
  const given = isJob(ref) ? (ref.ref as Ref) : (ref as Ref)
  const copied = copyJson(requireRef(given))
  if (copied === undefined) throw invalidRef('A wait can be stored only for a ref that JSON can hold.')
  const { since } = copyOwn(options)
  const instant = readDate(since)
  assertOption(since === undefined || instant !== undefined, 'since must be a valid Date.')
  return toWaitState(createState(copied, instant))
}

/**
 * The state that a wait in this process begins with. A ref that is JSON is copied.
 *
 * @param ref - a ref, a job, or a state to resume
 */
export function toLiveState<Ref>(
  ref: Ref | ExportJob<unknown, Ref> | WaitState<Ref>,
  vendor: string,
): LiveState<Ref> {
  if (isState(ref)) {
    const state = readState<Ref>(ref)
    if (state.finished) renew(state)
    return state
  }
  const own = requireRef(toRef(ref as Ref | ExportJob<unknown, Ref>, vendor))
  return createState(copyJson(own) ?? own)
}

/**
 * Checks and copies a stored state. `null` counts as absent: some stores write it instead.
 *
 * @throws ConfigurationError `invalid-state` if it is not a state, is damaged, or was written by a newer version.
 */
export function readState<Ref>(value: unknown): LiveState<Ref> {
  if (!isState(value)) throw invalidState('this is not a state from startWait or pollOnce')
  const given = copyOwn(value as unknown as LiveState<Ref>)
  if (isNewerState(given)) {
    const why = 'its state was written by a newer version of export-jobs'
    throw invalidState(
      why,
      'Update export-jobs in this process, or resume the wait in one that has the newer version.',
    )
  }
  const { version, ref, polls, unchanged, progress, status, rawStatus, finished, expected } = given
  if (version !== 1 || ref == null || !isCount(polls)) throw invalidState('it is damaged')
  const state = createState(copyJson(ref) ?? ref)
  state.polls = polls
  state.status = readField(status, isStatus)
  state.rawStatus = readField(rawStatus, isText)
  state.progress = readField(progress, isPercentage)
  state.unchanged = readField(unchanged, isCount)
  state.finished = readField(finished, isTrue)
  state.expected = copyJson(readField(expected, isExpected))
  for (const key of instants) state[key] = readField(given[key], isInstant)
  return state
}

/** Whether a state was written by a newer version of this package, as during a rolling update. */
export function isNewerState(state: unknown): boolean {
  const { version } = copyOwn(state as { readonly version?: unknown } | undefined)
  return typeof version === 'number' && version > 1
}

/** The keys of a state that hold instants, in ms since the epoch. */
export const instants = [
  'since',
  'startedAt',
  'changedAt',
  'pendingAt',
  'runningSince',
  'failingSince',
  'notFoundSince',
] as const

function readField<Value>(value: unknown, isSound: (value: unknown) => value is Value): Value | undefined {
  if (value === undefined || value === null) return undefined
  if (isSound(value)) return value
  throw invalidState('it is damaged')
}

const isText = (value: unknown) => typeof value === 'string'
const isTrue = (value: unknown) => value === true
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
// What a Date can hold.
const isInstant = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) <= 8.64e15

/** Records an answer: what it was, when it last changed, and that polls no longer fail. */
export function recordJob(state: LiveState<unknown>, job: ReadJob, now: number): void {
  const { status, rawStatus, progress } = job
  const isNew = status !== state.status || rawStatus !== state.rawStatus || progress !== state.progress
  state.since = startOf(job, state, now)
  state.changedAt = isNew ? now : (state.changedAt ?? now)
  state.unchanged = isNew ? 0 : (state.unchanged ?? 0) + 1
  state.runningSince = status === 'running' ? (state.runningSince ?? startOfRun(state, now)) : undefined
  if (status === 'pending') state.pendingAt = now
  state.status = status
  state.rawStatus = rawStatus
  state.progress = progress
  state.failingSince = undefined
  state.notFoundSince = undefined
}

// An older one is a mistake: some vendors write 1970 for "not known".
const oldest = 365 * 86_400_000

/**
 * When the export was started, by our clock. Its age is told by the vendor's clock, where the vendor tells both
 * instants. It is at least as old as this wait: a vendor whose clock is ahead would else be polled like a new export for hours.
 */
function startOf({ createdAt, answeredAt }: ReadJob, state: LiveState<unknown>, now: number): number {
  const age = createdAt === undefined || answeredAt === undefined ? -1 : answeredAt - createdAt
  const startedAt = state.startedAt as number
  return Math.min(age >= 0 && age <= oldest ? now - age : (state.since ?? startedAt), startedAt)
}

// Midway between the last poll that found it pending and this one; at its start if no poll did.
function startOfRun({ pendingAt, since }: LiveState<unknown>, now: number): number | undefined {
  return pendingAt === undefined ? since : (pendingAt + now) / 2
}

/** As JSON keeps it: without keys that are undefined. */
export function toWaitState<Ref>(state: LiveState<Ref>): WaitState<Ref> {
  return omitUndefined<WaitState<Ref>>(state as never)
}

/** Prepares a state that was given up, or has finished, for another wait: its time limits begin anew, the rest stays. */
export function renew(state: LiveState<unknown>): void {
  // The export keeps its age: a resumed wait must not poll as often as for a new export.
  state.since ??= state.startedAt
  state.startedAt = undefined
  state.changedAt = undefined
  state.failingSince = undefined
  state.notFoundSince = undefined
  state.finished = undefined
}

function createState<Ref>(ref: Ref, since?: number): LiveState<Ref> {
  return {
    kind,
    version: 1,
    ref,
    polls: 0,
    since,
    startedAt: undefined,
    changedAt: undefined,
    status: undefined,
    rawStatus: undefined,
    progress: undefined,
    pendingAt: undefined,
    runningSince: undefined,
    unchanged: undefined,
    failingSince: undefined,
    notFoundSince: undefined,
    finished: undefined,
    expected: undefined,
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

function requireRef<Ref>(ref: Ref): Ref {
  if (ref === undefined || ref === null)
    throw invalidRef('There is no export to wait for: the ref is missing.')
  if (isState(ref) || (typeof ref === 'string' && ref.includes(`"${kind}"`))) {
    const how = 'give the state, parsed, to waitForCompletion, watch or pollOnce'
    throw invalidRef(`This is the state of a wait, not a ref. To resume that wait, ${how}.`)
  }
  return ref
}

function invalidRef(message: string): ConfigurationError {
  return new ConfigurationError('invalid-ref', message)
}

function invalidState(why: string, advice = 'Begin a new one with startWait(ref).'): ConfigurationError {
  return new ConfigurationError('invalid-state', `The wait cannot be resumed: ${why}.`, undefined, advice)
}
