import { onAbort } from './signal.ts'

/** Time as a wait sees it. Give your own to test hours of waiting in milliseconds. */
export interface Clock {
  /** Milliseconds that only ever grow, from any origin. */
  now(): number
  /**
   * Resolves after `ms` milliseconds.
   * Rejects with the signal's own reason once it is aborted, and leaves no timer and no listener behind.
   */
  sleep(ms: number, options?: SleepOptions): Promise<void>
}

/** What {@link Clock.sleep} takes. */
export interface SleepOptions {
  /** Ends the sleep early. */
  readonly signal?: AbortSignal | undefined
  /** `false`: the sleep does not hold the process open. Default `true`. */
  readonly keepAlive?: boolean | undefined
}

/** Whether a value can be used as a {@link Clock}. */
export function isClock(value: Clock | undefined): value is Clock {
  return typeof value?.now === 'function' && typeof value.sleep === 'function'
}

/** The longest delay a timer takes; a longer one fires at once. */
export const longestTimer = 2 ** 31 - 1

/**
 * Calls back once the event loop has read what has come meanwhile: after a process was stopped or busy, timers are due
 * first, and one that is set then may be due in the same go.
 */
export function afterReading(callback: () => void): void {
  const next = globalThis.setImmediate ?? setTimeout
  next(callback)
}

/** The clock of the machine, safe from jumps of its wall clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep(ms, { signal, keepAlive = true } = {}) {
    return ms > longestTimer ? sleepLong(ms, signal, keepAlive) : sleepOnce(ms, signal, keepAlive)
  },
}

async function sleepLong(ms: number, signal: AbortSignal | undefined, keepAlive: boolean): Promise<void> {
  for (let left = ms; left > 0; left -= longestTimer) {
    await sleepOnce(Math.min(left, longestTimer), signal, keepAlive)
  }
}

function sleepOnce(ms: number, signal: AbortSignal | undefined, keepAlive: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!signal) {
      hold(setTimeout(resolve, ms), keepAlive)
      return
    }
    if (signal.aborted) {
      reject(signal.reason)
      return
    }
    const timer = setTimeout(() => {
      release()
      resolve()
    }, ms)
    hold(timer, keepAlive)
    const release = onAbort(signal, () => {
      release()
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}

// Timers are numbers on some runtimes, and hold nothing open there.
function hold(timer: unknown, keepAlive: boolean): void {
  if (!keepAlive) (timer as { unref?(): void }).unref?.()
}
