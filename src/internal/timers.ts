/** The longest delay a timer takes, in ms; a longer one fires at once. */
export const longestTimer = 2 ** 31 - 1

/**
 * Calls back once the event loop has read what has arrived meanwhile: after a process was stopped or busy, timers
 * come first, and one that is set then may be due in the same turn.
 */
export function afterReading(callback: () => void): void {
  const next = globalThis.setImmediate ?? setTimeout
  next(callback)
}

const released = new WeakSet<AbortSignal>()

/**
 * Says that timers of what is done under this signal do not keep the process running. For a caller who keeps it
 * running by himself for as long as he wants the result, as a wait does.
 */
export function releaseProcess(signal: AbortSignal): void {
  released.add(signal)
}

/** Whether timers of what is done under this signal keep the process running: yes, unless it was released. */
export function keepsProcessAlive(signal: AbortSignal | undefined): boolean {
  return signal === undefined || !released.has(signal)
}

/** Takes the hold on the process from a timer. It may be a number, as in browsers, and holds nothing then. */
export function unrefTimer(timer: unknown): void {
  ;(timer as { unref?(): void }).unref?.()
}

/** Gives a timer its hold on the process back. */
export function refTimer(timer: unknown): void {
  ;(timer as { ref?(): void } | undefined)?.ref?.()
}
