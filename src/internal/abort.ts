import { assertOption } from './options.ts'
import { afterReading, keepsProcessAlive, longestTimer, unrefTimer } from './timers.ts'

interface Hub {
  readonly callbacks: Set<() => void>
  readonly ring: () => void
}

const hubs = new WeakMap<AbortSignal, Hub>()

/**
 * Calls back once when a signal is aborted. The signal gets a single listener for all callbacks, and none when no
 * callback is left: thousands of waits may share one signal, and Node warns of a leak at eleven listeners.
 *
 * @returns removes the callback
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const hub = hubs.get(signal) ?? openHub(signal)
  hub.callbacks.add(callback)
  return () => {
    hub.callbacks.delete(callback)
    if (hub.callbacks.size > 0) return
    signal.removeEventListener('abort', hub.ring)
    if (hubs.get(signal) === hub) hubs.delete(signal)
  }
}

function openHub(signal: AbortSignal): Hub {
  const callbacks = new Set<() => void>()
  const ring = () => {
    for (const callback of callbacks) callback()
  }
  const hub = { callbacks, ring }
  hubs.set(signal, hub)
  signal.addEventListener('abort', ring)
  return hub
}

/** What ends the waiting for a promise. */
export interface Bounds {
  /** The caller's signal; its own reason is what comes out when it is aborted. */
  readonly signal?: AbortSignal | undefined
  readonly limit?: TimeLimit | undefined
}

/** How long something may take. */
export interface TimeLimit {
  readonly ms: number
  readonly timeoutError: () => Error
  /** Whether its timer keeps the process running. Default: as {@link keepsProcessAlive} says of the signal. */
  readonly keepAlive?: boolean | undefined
}

/** Whether a value can be used as a signal: one of jsdom's or a polyfill's has less than the runtime's own. */
export function isAbortSignal(value: unknown): value is AbortSignal {
  const { aborted, addEventListener, removeEventListener } = (value ?? {}) as Partial<AbortSignal>
  return (
    typeof aborted === 'boolean' &&
    typeof addEventListener === 'function' &&
    typeof removeEventListener === 'function'
  )
}

/**
 * Checks a signal that a caller gave.
 *
 * @returns the signal, or undefined where none was given
 * @throws ConfigurationError `invalid-option` for anything else.
 */
export function checkSignal(signal: unknown, vendor?: string): AbortSignal | undefined {
  if (signal === undefined) return undefined
  assertOption(isAbortSignal(signal), 'signal must be an AbortSignal.', vendor)
  return signal
}

/**
 * A signal that is aborted as soon as one of two is. One of another realm is refused by `AbortSignal.any`: it is
 * listened to only for as long as somebody listens to the result.
 */
export function anySignal(first: AbortSignal, second: AbortSignal): AbortSignal {
  const signals = [first, second]
  if (signals.every((each) => each instanceof AbortSignal)) return AbortSignal.any(signals)
  const either: Pick<AbortSignal, 'aborted' | 'reason' | 'addEventListener' | 'removeEventListener'> = {
    get aborted() {
      return signals.some((each) => each.aborted)
    },
    get reason() {
      return signals.find((each) => each.aborted)?.reason
    },
    addEventListener(type: string, listener: EventListener) {
      for (const each of signals) each.addEventListener(type, listener)
    },
    removeEventListener(type: string, listener: EventListener) {
      for (const each of signals) each.removeEventListener(type, listener)
    },
  }
  return either as AbortSignal
}

/** Throws the signal's own reason when it is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw signal.reason
}

/**
 * Settles as the promise does, or as soon as its bounds end it, even when the code behind the promise ignores them.
 * Leaves neither timer nor listener.
 */
export function raceAbort<Value>(promise: Promise<Value>, { signal, limit }: Bounds): Promise<Value> {
  return new Promise((resolve, reject) => {
    let isOver = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const end = () => {
      isOver = true
      clearTimeout(timer)
      release?.()
    }
    const fail = (error: unknown) => {
      end()
      reject(signal?.aborted ? signal.reason : error)
    }
    const release = signal && onAbort(signal, () => fail(signal.reason))
    if (limit) {
      // What was waited for may have arrived already, and only not have been read.
      const expire = () => {
        if (!isOver) fail(limit.timeoutError())
      }
      timer = setTimeout(() => afterReading(expire), Math.min(Math.ceil(limit.ms), longestTimer))
      if (!(limit.keepAlive ?? keepsProcessAlive(signal))) unrefTimer(timer)
    }
    promise.then((value) => {
      end()
      resolve(value)
    }, fail)
    if (signal?.aborted) fail(signal.reason)
  })
}

/**
 * Runs something within bounds, with a signal of its own that is aborted when it fails: the caller's signal would
 * collect one listener per request until it is garbage-collected.
 */
export async function withTimeout<Value>(
  run: (signal: AbortSignal) => Promise<Value>,
  bounds: Bounds,
): Promise<Value> {
  throwIfAborted(bounds.signal)
  const controller = new AbortController()
  try {
    return await raceAbort(run(controller.signal), bounds)
  } catch (error) {
    // Whatever is still under way, a response too large for one, is of no use any more.
    controller.abort(error)
    throw error
  }
}
