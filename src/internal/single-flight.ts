import { type Bounds, raceAbort, throwIfAborted } from './abort.ts'

/** Calls that are shared by all who make them at once. */
export interface SingleFlight<Value> {
  /** Makes a call, or takes part in one with the same key that is under way. */
  join(key: unknown, call: (signal: AbortSignal) => Promise<Value>, bounds: Bounds): Promise<Value>
  isUnderWay(key: unknown): boolean
}

interface Shared<Value> {
  readonly outcome: Promise<Value>
  readonly controller: AbortController
  callers: number
}

/**
 * Calls with the same key that are under way at once become one. Its outcome is everybody's; who is ended by bounds
 * of his own leaves, and disturbs nobody; when the last one leaves, the call is aborted.
 */
export function createSingleFlight<Value>(): SingleFlight<Value> {
  const underWay = new Map<unknown, Shared<Value>>()

  const begin = (key: unknown, call: (signal: AbortSignal) => Promise<Value>): Shared<Value> => {
    const controller = new AbortController()
    const shared = { controller, callers: 0, outcome: call(controller.signal) }
    const end = () => {
      if (underWay.get(key) === shared) underWay.delete(key)
    }
    shared.outcome.then(end, end)
    underWay.set(key, shared)
    return shared
  }

  return {
    isUnderWay: (key) => underWay.has(key),
    async join(key, call, bounds) {
      throwIfAborted(bounds.signal)
      const shared = underWay.get(key) ?? begin(key, call)
      shared.callers++
      try {
        return await raceAbort(shared.outcome, bounds)
      } finally {
        shared.callers--
        if (shared.callers === 0 && underWay.get(key) === shared) {
          underWay.delete(key)
          shared.controller.abort()
        }
      }
    },
  }
}
