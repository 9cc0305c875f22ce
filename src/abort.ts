import { longestTimer } from './clock.ts'
import { onAbort } from './signal.ts'

/** What {@link bounded} is bounded by. */
interface Bounds {
  /** The caller's signal; its own reason is what comes out when it is aborted. */
  readonly signal: AbortSignal | undefined
  /** How long it may take, in ms. */
  readonly timeout: number
  /** Makes the error for when it takes longer. */
  readonly late: () => Error
}

/**
 * Runs something that is over when it says so, when the caller aborts, or when its time is over, and leaves
 * neither timer nor listener. It gets a signal of its own: the caller's would collect a listener per request,
 * for as long as the caller keeps it.
 */
export async function bounded<Value>(
  run: (signal: AbortSignal) => Promise<Value>,
  bounds: Bounds,
): Promise<Value> {
  const { signal, timeout, late } = bounds
  signal?.throwIfAborted()
  const controller = new AbortController()
  const release = signal && onAbort(signal, () => controller.abort(signal.reason))
  const timer = setTimeout(() => controller.abort(late()), Math.min(timeout, longestTimer))
  try {
    return await untilAborted(run(controller.signal), controller.signal)
  } catch (error) {
    signal?.throwIfAborted()
    // Whatever is still under way, an answer too large for one, is of no use any more.
    if (!controller.signal.aborted) controller.abort()
    throw error
  } finally {
    clearTimeout(timer)
    release?.()
  }
}

/**
 * Settles as the promise does, or rejects with the signal's reason as soon as it is aborted: also when
 * whoever made the promise pays no heed to the signal.
 */
export function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason)
    const release = onAbort(signal, () => reject(signal.reason))
    promise.then(resolve, reject).finally(release)
  })
}
