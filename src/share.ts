import { untilAborted } from './abort.ts'

/** Makes a call, or takes part in one with the same key that is under way. */
export type Share<Value> = (
  key: string,
  call: (signal: AbortSignal) => Promise<Value>,
  signal: AbortSignal | undefined,
) => Promise<Value>

interface Shared<Value> {
  readonly outcome: Promise<Value>
  readonly controller: AbortController
  callers: number
}

/**
 * Calls with the same key that are under way at once become one. Its outcome is everybody's; whoever aborts leaves,
 * and disturbs nobody; when the last one leaves, the call is aborted.
 */
export function createShare<Value>(): Share<Value> {
  const underWay = new Map<string, Shared<Value>>()

  const begin = (key: string, call: (signal: AbortSignal) => Promise<Value>): Shared<Value> => {
    const controller = new AbortController()
    const shared = { controller, callers: 0, outcome: call(controller.signal) }
    underWay.set(key, shared)
    return shared
  }

  return async (key, call, signal) => {
    const shared = underWay.get(key) ?? begin(key, call)
    shared.callers++
    try {
      return await (signal ? untilAborted(shared.outcome, signal) : shared.outcome)
    } finally {
      shared.callers--
      const isLast = shared.callers === 0
      const isAbandoned = signal?.aborted === true
      if (underWay.get(key) === shared && (isLast || !isAbandoned)) underWay.delete(key)
      if (isLast && isAbandoned) shared.controller.abort()
    }
  }
}
