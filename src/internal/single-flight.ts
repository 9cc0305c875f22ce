import { type Bounds, raceAbort, throwIfAborted } from './abort.ts'

/** Makes one call of all calls with the same key that are in progress. */
export interface SingleFlight<Value> {
  /** Makes a call, or joins the one in progress with the same key. */
  join(key: unknown, call: (signal: AbortSignal) => Promise<Value>, bounds: Bounds): Promise<Value>
  isInProgress(key: unknown): boolean
}

interface Shared<Value> {
  readonly outcome: Promise<Value>
  readonly controller: AbortController
  callers: number
}

/**
 * All callers of a key get the outcome of one call. A caller whose own bounds end it leaves without affecting the
 * others. When the last one leaves, the call is aborted.
 */
export function createSingleFlight<Value>(): SingleFlight<Value> {
  const inProgress = new Map<unknown, Shared<Value>>()

  const begin = (key: unknown, call: (signal: AbortSignal) => Promise<Value>): Shared<Value> => {
    const controller = new AbortController()
    const shared = { controller, callers: 0, outcome: call(controller.signal) }
    const end = () => {
      if (inProgress.get(key) === shared) inProgress.delete(key)
    }
    shared.outcome.then(end, end)
    inProgress.set(key, shared)
    return shared
  }

  return {
    isInProgress: (key) => inProgress.has(key),
    async join(key, call, bounds) {
      throwIfAborted(bounds.signal)
      const shared = inProgress.get(key) ?? begin(key, call)
      shared.callers++
      try {
        return await raceAbort(shared.outcome, bounds)
      } finally {
        shared.callers--
        if (shared.callers === 0 && inProgress.get(key) === shared) {
          inProgress.delete(key)
          shared.controller.abort()
        }
      }
    },
  }
}
