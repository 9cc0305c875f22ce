import { inspect } from 'node:util'
import { type Answer, type Checks, expect, nameOfThrown, refusal, rejection, type Trial } from './trial.ts'

// Read at import, before a test runner installs fake timers, which never fire by themselves.
const { setImmediate: nextTurn } = globalThis

/** Never answers. */
export const unanswered: Answer = () => new Promise<never>(() => {})

/** Answers with a body that stops after its first byte. */
export const stalled: Answer = async (_, real) => {
  const bytes = new Uint8Array(await (await real()).arrayBuffer())
  const start = (controller: ReadableStreamDefaultController) => controller.enqueue(bytes.slice(0, 1))
  return new Response(new ReadableStream({ start }), { headers: { 'content-type': 'application/json' } })
}

// An Error, the default reason of `abort()`, and falsy reasons, which code may take for no reason.
const reasons = [new Error('stopped'), undefined, null, 0, '', false]

/** Runs something with a signal for each reason, and checks that it resolves with that reason. */
export async function eachReason(
  run: (signal: AbortSignal, abort: () => void) => Promise<unknown>,
): Promise<void> {
  for (const reason of reasons) {
    const controller = new AbortController()
    const outcome = await run(controller.signal, () => controller.abort(reason))
    const isOwn = Object.is(outcome, controller.signal.reason)
    expect(isOwn, `aborted with ${inspect(reason)}, it rejected with ${nameOfThrown(outcome)}`)
  }
}

/** Answers, and calls `act` after the answer has reached the client. */
export const soonAfter =
  (act: () => void, answer: Answer): Answer =>
  async (...request) => {
    const response = answer(...request)
    nextTurn(() => nextTurn(act))
    return response
  }

/** Checks of signals and timeouts. */
export function signalChecks<Ref>(trial: Trial<Ref>): Checks {
  const { completed } = trial.refs

  return {
    async 'timeout ends an attempt that has no answer, and one whose answer does not end'() {
      for (const answer of [unanswered, stalled])
        await refusal(trial.createClient(answer).get(completed, { timeout: 20 }), 'timeout')
    },
    'a signal aborted before the call: signal.reason, and no request': () =>
      eachReason(async (signal, abort) => {
        const { get, sent } = trial.createClient()
        abort()
        const outcome = await rejection(get(completed, { signal }))
        expect(sent.length === 0, 'a request was sent')
        return outcome
      }),
    'a signal aborted during the request: signal.reason': () =>
      eachReason((signal, abort) =>
        rejection(trial.createClient(soonAfter(abort, unanswered)).get(completed, { signal })),
      ),
    'a signal aborted while the answer is read: signal.reason': () =>
      eachReason((signal, abort) =>
        rejection(trial.createClient(soonAfter(abort, stalled)).get(completed, { signal })),
      ),
  }
}
