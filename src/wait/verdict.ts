import type { ExportJobsError, WaitErrorReason } from '../errors.ts'
import type { WaitState } from '../job.ts'
import type { WaitSettings } from './options.ts'

/** What a failed poll means for the wait: how long failures of this kind may go on, and what it is then given up for. */
export interface Verdict {
  readonly reason: WaitErrorReason
  /** The instant, in ms since the epoch, from which such failures are no longer tolerated. */
  readonly patienceEndsAt: number
}

/**
 * Judges a failed poll.
 *
 * @param state - with `failingSince` and `notFoundSince` as of this failure
 */
export function judge(error: ExportJobsError, state: WaitState, settings: WaitSettings): Verdict {
  const failingSince = state.failingSince as number
  if (isNotFound(error)) {
    return { reason: 'not-found', patienceEndsAt: (state.notFoundSince as number) + settings.notFoundGrace }
  }
  if (error.name === 'ResponseError') {
    // A wrong base URL answers with such things for ever, and is told soon; a vendor that has answered
    // before will find its words again.
    const seen = state.rawStatus !== undefined
    return {
      reason: 'unreachable',
      patienceEndsAt: failingSince + (seen ? settings.tolerate : settings.notFoundGrace),
    }
  }
  if (error.retryable) return { reason: 'unreachable', patienceEndsAt: failingSince + settings.tolerate }
  return { reason: error.code === 'unauthorized' ? 'unauthorized' : 'refused', patienceEndsAt: failingSince }
}

/** Whether the vendor says that it does not know the export. By name, as the error may come from another copy of the package. */
export function isNotFound(error: ExportJobsError): boolean {
  return error.name === 'ApiError' && error.code === 'not-found'
}
