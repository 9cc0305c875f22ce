import { afterReading, longestTimer } from '../internal/timers.ts'

/** Limits the time between the chunks of a stream. */
export interface IdleTimeout {
  /** A read begins. */
  begin(): void
  /** A chunk has arrived. */
  pause(): void
  /** Nothing will be read any more. */
  end(): void
  /** The time has run out. */
  readonly isOver: boolean
}

/**
 * Creates a timeout that runs out when one read takes too long. It keeps one timer for all reads, as there may be
 * thousands a second.
 *
 * @param limit - ms for each read
 * @param onOver - called once, when the time runs out
 */
export function createIdleTimeout(limit: number, onOver: () => void): IdleTimeout {
  let since: number | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let isOver = false

  const arm = (delay: number) => {
    timer = setTimeout(() => afterReading(check), Math.min(delay, longestTimer))
  }

  // Since the timer was set, that read may have ended and another begun.
  const check = () => {
    timer = undefined
    if (since === undefined) return
    const left = since + limit - performance.now()
    if (left > 0) return arm(left)
    isOver = true
    onOver()
  }

  return {
    begin() {
      since = performance.now()
      if (timer === undefined) arm(limit)
    },
    pause() {
      since = undefined
    },
    end() {
      since = undefined
      clearTimeout(timer)
      timer = undefined
    },
    get isOver() {
      return isOver
    },
  }
}
