import { afterReading, longestTimer } from './clock.ts'
import { onAbort } from './signal.ts'

/** What ends the waiting for something. */
export interface Bounds {
  /** The caller's signal; its own reason is what comes out when it is aborted. */
  readonly signal?: AbortSignal | undefined
  /** How long it may take, and the error for when it takes longer. */
  readonly limit?: TimeLimit | undefined
}

/** How long something may take. */
export interface TimeLimit {
  readonly ms: number
  /** Makes the error for when it takes longer. */
  readonly late: () => Error
}

/**
 * Settles as the promise does, or as soon as its bounds end it: also when whoever made the promise pays no heed to
 * them. Leaves neither timer nor listener.
 */
export function within<Value>(promise: Promise<Value>, { signal, limit }: Bounds): Promise<Value> {
  return new Promise((resolve, reject) => {
    let isOver = false
    const end = () => {
      isOver = true
      clearTimeout(timer)
      release?.()
    }
    // What was waited for may be there already, and only not have been read.
    const expire = () => {
      if (!isOver && limit) fail(limit.late())
    }
    const timer = limit && setTimeout(() => afterReading(expire), Math.min(limit.ms, longestTimer))
    const release = signal && onAbort(signal, () => fail(signal.reason))
    const fail = (error: unknown) => {
      end()
      reject(signal?.aborted ? signal.reason : error)
    }
    promise.then((value) => {
      end()
      resolve(value)
    }, fail)
    if (signal?.aborted) fail(signal.reason)
  })
}

/**
 * Runs something within bounds, with a signal of its own that is aborted when it ends otherwise than well: the
 * caller's would collect a listener per request, for as long as the caller keeps it.
 */
export async function bounded<Value>(
  run: (signal: AbortSignal) => Promise<Value>,
  bounds: Bounds,
): Promise<Value> {
  bounds.signal?.throwIfAborted()
  const controller = new AbortController()
  try {
    return await within(run(controller.signal), bounds)
  } catch (error) {
    // Whatever is still under way, an answer too large for one, is of no use any more.
    controller.abort(error)
    throw error
  }
}
