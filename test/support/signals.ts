import { getEventListeners } from 'node:events'

/** A signal that knows how many listeners it has, and whether it ever had one. */
export function createCountingSignal() {
  const controller = new AbortController()
  const { signal } = controller
  let added = 0
  const { addEventListener } = signal
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    added++
    addEventListener.apply(signal, args)
  }
  return {
    controller,
    signal,
    listeners: () => getEventListeners(signal, 'abort').length,
    added: () => added,
  }
}
