import { assertOption } from './options.ts'
import { afterReading, keepsProcessAlive, longestTimer, releaseProcess, unrefTimer } from './timers.ts'

interface Hub {
  readonly callbacks: Set<() => void>
  readonly ring: () => void
}

const hubs = new WeakMap<AbortSignal, Hub>()

/**
 * Calls back when a signal is aborted. All callbacks share one listener, which is removed with the last of them:
 * thousands of waits may share a signal, and Node warns of a leak at eleven listeners.
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

/** What ends the wait for a promise. */
export interface Bounds {
  /** The caller's signal. If it is aborted, the wait rejects with its reason. */
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

/** Whether a value can be used as a signal. A signal of jsdom or a polyfill lacks some methods of the runtime's. */
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
 * A signal that is aborted as soon as one of those given is. It does not keep the process running if one of them was
 * given to {@link releaseProcess}.
 *
 * @returns undefined if none is given
 */
export function anySignal(...given: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const signals = [...new Set(given)].filter((each) => each !== undefined)
  if (signals.length <= 1) return signals[0]
  const isNative = signals.every((each) => each instanceof AbortSignal)
  const any = isNative ? AbortSignal.any(signals) : passOnListeners(signals)
  if (!signals.every(keepsProcessAlive)) releaseProcess(any)
  return any
}

/** `AbortSignal.any` refuses a signal of another realm. */
function passOnListeners(signals: readonly AbortSignal[]): AbortSignal {
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
 * Settles with the promise, or as soon as a bound is reached, even if the code behind the promise ignores it.
 * Leaves no timer and no listener.
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
      // The answer may have arrived already and only wait to be read.
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
 * Runs something within bounds, with a signal of its own that is aborted on failure. With the caller's signal, fetch
 * would add a listener per request, which stays until the request is garbage-collected.
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
    // Stops what is still in progress, such as the rest of a response that is too large.
    controller.abort(error)
    throw error
  }
}
