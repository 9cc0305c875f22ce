import { WaitError, type WaitErrorDetails, type WaitErrorReason } from '../errors.ts'
import { renewed } from './state.ts'

/** The error that ends a wait: says what happened, to which export, and what can be done. */
export function giveUp<Ref>(reason: WaitErrorReason, details: WaitErrorDetails<Ref>): WaitError<Ref> {
  const { vendor, state, lastJob, cause, retryAt } = details
  const asked = retryAt ? ` It asked not to be polled before ${retryAt.toISOString()}.` : ''
  const message = `Stopped waiting for the ${vendor} export ${describe(state.ref)}: ${explanations[reason]}${asked}`
  return new WaitError(reason, message, { vendor, state: renewed(state), lastJob, cause, retryAt })
}

const goOn = 'The export goes on: give error.state in its place to go on waiting.'

const explanations: Record<WaitErrorReason, string> = {
  timeout: `not done within the timeout. ${goOn}`,
  stalled: `neither status nor progress changed for stallAfter. ${goOn}`,
  unreachable: `polls kept failing for longer than is tolerated; see error.cause. ${goOn}`,
  unauthorized:
    'the credentials were refused. Check the token, or what the token function returns on refresh.',
  'not-found': 'the vendor does not know it. Check the id, the account and baseUrl.',
  refused: 'refused in a way that waiting cannot change; see error.cause.',
  'unknown-status': `not done within the timeout, and its status is one that we do not know; see error.lastJob. ${goOn}`,
}

function describe(ref: unknown): string {
  try {
    return JSON.stringify(ref)
  } catch {
    return ''
  }
}
