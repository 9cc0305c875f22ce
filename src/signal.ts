interface Hub {
  readonly callbacks: Set<() => void>
  readonly ring: () => void
}

const hubs = new WeakMap<AbortSignal, Hub>()

/**
 * Calls back once when a signal is aborted. However many ask, the signal bears a single listener, and none when
 * nobody asks any more: thousands of waits may share one signal, and a runtime warns of a leak at eleven listeners.
 *
 * @returns what takes the callback away again
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const hub = hubs.get(signal) ?? open(signal)
  hub.callbacks.add(callback)
  return () => {
    hub.callbacks.delete(callback)
    if (hub.callbacks.size > 0) return
    signal.removeEventListener('abort', hub.ring)
    if (hubs.get(signal) === hub) hubs.delete(signal)
  }
}

function open(signal: AbortSignal): Hub {
  const callbacks = new Set<() => void>()
  const ring = () => {
    for (const callback of callbacks) callback()
  }
  const hub = { callbacks, ring }
  hubs.set(signal, hub)
  signal.addEventListener('abort', ring)
  return hub
}
