/** A signal as jsdom and polyfills have it: of another class, without `throwIfAborted`. */
export function createForeignSignal() {
  const target = new EventTarget()
  const state: { aborted: boolean; reason: unknown } = { aborted: false, reason: undefined }
  let listeners = 0
  const signal = {
    get aborted() {
      return state.aborted
    },
    get reason() {
      return state.reason
    },
    addEventListener(type: string, listener: EventListener) {
      listeners++
      target.addEventListener(type, listener)
    },
    removeEventListener(type: string, listener: EventListener) {
      listeners--
      target.removeEventListener(type, listener)
    },
  }
  return {
    signal: signal as unknown as AbortSignal,
    listeners: () => listeners,
    abort(reason: unknown) {
      Object.assign(state, { aborted: true, reason })
      target.dispatchEvent(new Event('abort'))
    },
  }
}
