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
