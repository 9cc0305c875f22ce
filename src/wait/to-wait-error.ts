import { type ExportJobsError, isExportJobsError, TransportError, toOneLine } from '../errors.ts'
import { describeThrown } from '../internal/describe-thrown.ts'
import type { ExportJob } from '../job.ts'
import { WaitError, type WaitErrorReason } from '../wait-errors.ts'
import { type LiveState, renew, toWaitState } from './state.ts'
import type { Wait, WaitSettings } from './wait.ts'

/** Why a poll failed. */
export interface Failure {
  readonly error: ExportJobsError
  /**
   * - `temporary`: retried for `tolerate`
   * - `not-found`: retried for `notFoundGrace`, as the export may not be visible yet
   * - `unexpected`: a wrong base URL or a bug as long as the export was never seen, else `temporary`
   * - `permanent`: waiting does not change it
   */
  readonly kind: 'temporary' | 'not-found' | 'unexpected' | 'permanent'
}

/**
 * Classifies what a client threw, by the name of the error: it may come from another copy of the package.
 *
 * @param isNew - the export was never seen. Later a ConfigurationError is the client's mistake over an odd answer, not the
 *   caller's.
 * @throws ConfigurationError as it is if `isNew`: the call has to be fixed.
 */
export function classifyFailure(thrown: unknown, vendor: string, isNew: boolean): Failure {
  if (!isExportJobsError(thrown)) return { error: toKnownError(thrown, vendor), kind: 'unexpected' }
  const isMistake = thrown.name === 'ConfigurationError'
  if (isMistake && isNew) throw thrown
  if (isMistake || thrown.name === 'ResponseError') return { error: thrown, kind: 'unexpected' }
  if (thrown.name === 'ApiError' && thrown.code === 'not-found') return { error: thrown, kind: 'not-found' }
  return { error: thrown, kind: thrown.retryable ? 'temporary' : 'permanent' }
}

// A user's own client may throw anything. Mostly its fetch failed, or it has a bug.
function toKnownError(thrown: unknown, vendor: string): ExportJobsError {
  const message = `The ${vendor} client threw ${describeThrown(thrown)}. Its text is not shown, as it may contain a secret.`
  const advice =
    'If this is a bug in the client, fix it. If the client reports failed requests so, there is nothing to do.'
  return new TransportError('network', message, vendor, true, advice)
}

/**
 * Records a failed poll. Answers that point to a wrong id or base URL count as one streak, which another kind of answer
 * ends. A request without an answer does not count.
 */
export function recordFailure(state: LiveState<unknown>, { kind, error }: Failure, now: number): void {
  state.failingSince ??= now
  if (kind === 'not-found' || (kind === 'unexpected' && state.status === undefined))
    state.notFoundSince ??= now
  else if (error.name !== 'TransportError') state.notFoundSince = undefined
}

/** Until when failures of this kind are retried, in ms since the epoch, and why the wait is given up then. */
export function toleranceOf(
  { kind, error }: Failure,
  state: LiveState<unknown>,
  { tolerate, notFoundGrace }: WaitSettings,
): { readonly reason: WaitErrorReason; readonly giveUpAt: number } {
  const notFoundUntil = (state.notFoundSince as number) + notFoundGrace
  const isNew = kind === 'unexpected' && state.status === undefined
  const toleratedUntil = isNew ? notFoundUntil : (state.failingSince as number) + tolerate
  if (kind === 'not-found') return { reason: 'not-found', giveUpAt: notFoundUntil }
  if (kind !== 'permanent') return { reason: 'unreachable', giveUpAt: toleratedUntil }
  return { reason: error.code === 'unauthorized' ? 'unauthorized' : 'refused', giveUpAt: toleratedUntil }
}

/** The error that gives up a wait: what happened, to which export, and what to do next. Its state resumes the wait. */
export function toWaitError(
  reason: WaitErrorReason,
  wait: Wait<unknown, ExportJob>,
  cause?: ExportJobsError,
  retryAt?: Date,
): WaitError {
  const { lastJob } = wait
  const { vendor } = wait.client
  const state = { ...wait.state }
  renew(state)
  const isUnseen = reason === 'timeout' && state.status === undefined
  const [why, advice] = isUnseen ? unseen : explanations[reason]
  const word = reason === 'unknown-status' ? ` (its status: "${toOneLine(state.rawStatus ?? '')}")` : ''
  const hint = retryAt ? ` The vendor asked not to be polled before ${retryAt.toISOString()}.` : ''
  const message = `Stopped waiting for the ${vendor} export${describeRef(state.ref)}: ${why}${word}.${hint}`
  const details = { vendor, state: toWaitState(state), lastJob, cause, retryAt, advice }
  return new WaitError(reason, message, details)
}

const resume = 'The export itself continues: wait for it again to resume'

const explanations: Record<WaitErrorReason, readonly [why: string, advice: string]> = {
  timeout: ['it was not done within the timeout', `${resume}, with a longer timeout if it needs one.`],
  stalled: [
    'its status and progress did not change for `stallAfter`',
    `Ask the vendor whether it is stuck. ${resume}.`,
  ],
  unreachable: [
    'polls kept failing for longer than `tolerate`, the last one with the cause of this error',
    `${resume} once the cause is gone.`,
  ],
  unauthorized: [
    'the vendor refused the credentials',
    'Check the token. A token function must return a new one when it is asked to refresh.',
  ],
  'not-found': ['the vendor does not know it', 'Check the id, the account and the base URL.'],
  refused: [
    'the vendor refused, as the cause says, and waiting does not change that',
    'Fix what the cause names.',
  ],
  'unknown-status': [
    'at the timeout the vendor reported a status that is not known',
    `A newer version of export-jobs may know it; a vendor of your own needs it in \`statuses\`. ${resume}.`,
  ],
}

const unseen: readonly [why: string, advice: string] = [
  'no poll of it succeeded within the timeout',
  'Check the base URL and the network, then wait for it again to resume.',
]

function describeRef(ref: unknown): string {
  try {
    const text = JSON.stringify(ref)
    return text === undefined ? '' : ` ${text}`
  } catch {
    return ''
  }
}
