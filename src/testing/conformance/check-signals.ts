import { inspect } from 'node:util'
import { expect } from './check-job.ts'
import type { Check } from './conformance.ts'
import { type Answer, nameOfThrown, refusal, rejection, type Trial } from './trial.ts'

// Taken at import: fake timers of a test runner, installed later, would stop it.
const { setImmediate: nextTurn } = globalThis

/** A request that is never answered, but aborted. */
export const unanswered: Answer = () => new Promise<never>(() => {})

/** An answer of which the body begins, and does not go on. */
export const stalled: Answer = async (_, real) => {
  const bytes = new Uint8Array(await (await real()).arrayBuffer())
  const start = (controller: ReadableStreamDefaultController) => controller.enqueue(bytes.slice(0, 1))
  return new Response(new ReadableStream({ start }), { headers: { 'content-type': 'application/json' } })
}

// An Error, what `abort()` makes by itself, and reasons that are easily taken for none.
const reasons = [new Error('stopped'), undefined, null, 0, '', false]

/** Runs something with a signal and what aborts it, for reasons of all kinds: it has to give that very reason. */
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

/** Answers thus, and does something once the answer has got to the client. */
export const soonAfter =
  (act: () => void, answer: Answer): Answer =>
  async (...request) => {
    const response = answer(...request)
    nextTurn(() => nextTurn(act))
    return response
  }

/** What a client makes of signals and timeouts. */
export function signalChecks<Ref>(trial: Trial<Ref>): Check[] {
  const { completed } = trial.refs

  return [
    {
      name: 'timeout ends an attempt that has no answer, and one whose answer does not end',
      async run() {
        for (const answer of [unanswered, stalled])
          await refusal(trial.subject(answer).get(completed, { timeout: 20 }), 'timeout')
      },
    },
    {
      name: "a signal aborted before: no request, and the signal's own reason",
      run: () =>
        eachReason(async (signal, abort) => {
          const { get, sent } = trial.subject()
          abort()
          const outcome = await rejection(get(completed, { signal }))
          expect(sent.length === 0, 'a request was sent')
          return outcome
        }),
    },
    {
      name: "a signal aborted during the request: the signal's own reason",
      run: () =>
        eachReason((signal, abort) =>
          rejection(trial.subject(soonAfter(abort, unanswered)).get(completed, { signal })),
        ),
    },
    {
      name: "a signal aborted while the answer is read: the signal's own reason",
      run: () =>
        eachReason((signal, abort) =>
          rejection(trial.subject(soonAfter(abort, stalled)).get(completed, { signal })),
        ),
    },
  ]
}
