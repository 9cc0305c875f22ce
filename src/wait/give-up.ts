import { WaitError, type WaitErrorDetails, type WaitErrorReason } from '../errors.ts'
import type { ExportJob } from '../job.ts'
import { renewed } from './state.ts'

/** The error that ends a wait: says what happened, to which export, and what can be done. */
export function giveUp<Ref, Job extends ExportJob>(
  reason: WaitErrorReason,
  details: WaitErrorDetails<Ref, Job>,
): WaitError<Ref, Job> {
  const { vendor, state, retryAt } = details
  const happened = retryAt
    ? `it asked not to be polled before ${retryAt.toISOString()}, and the timeout ends sooner`
    : explanations[reason]
  return new WaitError(
    reason,
    `Stopped waiting for the ${vendor} export ${describe(state.ref)}: ${happened}. ${advice[reason]}`,
    {
      ...details,
      state: renewed(state),
    },
  )
}

const goOn = 'The export itself goes on: hand error.state back to go on waiting'

const explanations: Record<WaitErrorReason, string> = {
  timeout: 'it was not done within the timeout',
  stalled: 'neither its status nor its progress changed for stallAfter',
  unreachable: 'its polls kept failing for longer than is tolerated; see error.cause',
  unauthorized: 'the credentials were refused',
  'not-found': 'the vendor does not know it',
  refused: 'the vendor refused in a way that waiting cannot change; see error.cause',
  'unknown-status': 'the timeout ended while the vendor reported a status that it has not published',
}

const advice: Record<WaitErrorReason, string> = {
  timeout: `${goOn}, or raise timeout.`,
  stalled: `${goOn}, or ask the vendor whether it is stuck.`,
  unreachable: `${goOn} once the vendor answers again.`,
  unauthorized: 'Check the token, or what the token function returns when it is asked to refresh.',
  'not-found':
    'Check the id, the account and the base URL; raise notFoundGrace if the vendor is slow to show new exports.',
  refused: 'Mend what error.cause names, then hand error.state back to go on.',
  'unknown-status': 'See error.lastJob.rawStatus: a newer version of export-jobs may know the word.',
}

function describe(ref: unknown): string {
  try {
    return JSON.stringify(ref) ?? String(ref)
  } catch {
    return '(its ref cannot be shown)'
  }
}
