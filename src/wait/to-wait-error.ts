import { type ExportJobsError, isExportJobsError, TransportError } from '../errors.ts'
import { describeThrown } from '../internal/describe-thrown.ts'
import { WaitError, type WaitErrorDetails, type WaitErrorReason } from '../wait-errors.ts'
import type { WaitSettings } from './options.ts'
import { type LiveState, renew, toWaitState } from './state.ts'

/** Why a poll failed. */
export interface Failure {
  readonly error: ExportJobsError
  /**
   * - `temporary`: may pass, and is retried for `tolerate`
   * - `not-found`: may be too soon, and is retried for `notFoundGrace`
   * - `unexpected`: a wrong base URL or a bug, while the export was never seen; after that, temporary
   * - `permanent`: waiting does not change it
   */
  readonly kind: 'temporary' | 'not-found' | 'unexpected' | 'permanent'
}

/**
 * Classifies what a client has thrown. By name, as an error may come from another copy of the package.
 *
 * @param isNew - whether the export was never seen. After that a client made a mistake over an odd answer, not its caller.
 * @throws ConfigurationError as it is, of a new export: the call is to be fixed.
 */
export function classifyFailure(thrown: unknown, vendor: string, isNew: boolean): Failure {
  if (!isExportJobsError(thrown)) return { error: toKnownError(thrown, vendor), kind: 'unexpected' }
  const isMistake = thrown.name === 'ConfigurationError'
  if (isMistake && isNew) throw thrown
  if (isMistake || thrown.name === 'ResponseError') return { error: thrown, kind: 'unexpected' }
  if (thrown.name === 'ApiError' && thrown.code === 'not-found') return { error: thrown, kind: 'not-found' }
  return { error: thrown, kind: thrown.retryable ? 'temporary' : 'permanent' }
}

// A client of the user's own may throw anything. Mostly its fetch has failed, or it has a bug.
function toKnownError(thrown: unknown, vendor: string): ExportJobsError {
  const message = `The ${vendor} client threw ${describeThrown(thrown)}. Its text is not shown, as it may hold a secret.`
  const advice =
    'If that is a bug of the client, fix it; if it is its way to say that a request failed, nothing is to be done.'
  return new TransportError('network', message, vendor, true, advice)
}

/** Until when failures of this kind are tolerated, in ms since the epoch, and what the wait is given up for then. */
export function toleranceOf(
  { kind, error }: Failure,
  state: LiveState<unknown>,
  { tolerate, notFoundGrace }: WaitSettings,
): { readonly reason: WaitErrorReason; readonly until: number } {
  const failingSince = state.failingSince as number
  const notFoundUntil = (state.notFoundSince as number) + notFoundGrace
  if (kind === 'not-found') return { reason: 'not-found', until: notFoundUntil }
  if (kind === 'permanent') {
    return { reason: error.code === 'unauthorized' ? 'unauthorized' : 'refused', until: failingSince }
  }
  const isNew = kind === 'unexpected' && state.status === undefined
  return { reason: 'unreachable', until: isNew ? notFoundUntil : failingSince + tolerate }
}

/** What a {@link WaitError} tells beside its reason. */
export type WaitErrorContext<Ref> = Omit<WaitErrorDetails<Ref>, 'state' | 'advice'> & {
  readonly state: LiveState<Ref>
}

/** The error that ends a wait: what happened, to which export, and what to do next. Its state resumes the wait. */
export function toWaitError<Ref>(reason: WaitErrorReason, context: WaitErrorContext<Ref>): WaitError<Ref> {
  const { vendor, lastJob, cause, retryAt } = context
  const state = { ...context.state }
  renew(state)
  const isUnseen = reason === 'timeout' && state.status === undefined
  const [why, advice] = isUnseen ? unseen : explanations[reason]
  const hint = retryAt ? ` The vendor asked not to be polled before ${retryAt.toISOString()}.` : ''
  const message = `Stopped waiting for the ${vendor} export${describeRef(state.ref)}: ${why}.${hint}`
  return new WaitError(reason, message, {
    vendor,
    state: toWaitState(state),
    lastJob,
    cause,
    retryAt,
    advice,
  })
}

const resume = 'The export itself continues: wait for it again to resume'

const explanations: Record<WaitErrorReason, readonly [why: string, advice: string]> = {
  timeout: ['it was not done within the timeout', `${resume}, with a longer timeout if it needs one.`],
  stalled: [
    'neither its status nor its progress has changed for the time of stallAfter',
    `Ask the vendor whether it is stuck. ${resume}.`,
  ],
  unreachable: [
    'polls kept failing for longer than is tolerated, the last one as the cause says',
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
    'it was not done within the timeout, and its status is one that the vendor has not published',
    `A newer version of export-jobs may know it. ${resume}.`,
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
