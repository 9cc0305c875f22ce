/** The longest delay of a timer, in ms. A longer one would fire at once. */
export const longestTimer = 2 ** 31 - 1

/**
 * Calls back after the event loop has read what has arrived. After a process was suspended or busy, timers fire before
 * that.
 */
export function afterReading(callback: () => void): void {
  const next = globalThis.setImmediate ?? setTimeout
  next(callback)
}

const released = new WeakSet<AbortSignal>()

/**
 * Timers of requests made with this signal no longer keep the process running. For a caller that keeps the process
 * running itself for as long as it wants the result, as a wait does.
 */
export function releaseProcess(signal: AbortSignal): void {
  released.add(signal)
}

/** Whether timers of requests made with this signal keep the process running: yes, unless it was released. */
export function keepsProcessAlive(signal: AbortSignal | undefined): boolean {
  return signal === undefined || !released.has(signal)
}

/** The timer no longer keeps the process running. In browsers a timer is a number, and never does. */
export function unrefTimer(timer: unknown): void {
  ;(timer as { unref?(): void }).unref?.()
}

/** The timer keeps the process running again. */
export function refTimer(timer: unknown): void {
  ;(timer as { ref?(): void } | undefined)?.ref?.()
}
