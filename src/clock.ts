/** The time source of a wait. Pass your own to test hours of waiting in milliseconds. */
export interface Clock {
  /** Monotonic milliseconds, from any origin. */
  now(): number
  /**
   * Resolves after `ms` milliseconds.
   * Rejects with `signal.reason` once aborted, and leaves no timer and no listener behind.
   */
  sleep(ms: number, options?: SleepOptions): Promise<void>
}

/** What {@link Clock.sleep} takes. */
export interface SleepOptions {
  /** Ends the sleep early. */
  readonly signal?: AbortSignal | undefined
  /** `false`: the sleep does not keep the process running. Default `true`. */
  readonly keepAlive?: boolean | undefined
}

/** Whether a value can be used as a {@link Clock}. */
export function isClock(value: Clock | undefined): value is Clock {
  return typeof value?.now === 'function' && typeof value.sleep === 'function'
}
