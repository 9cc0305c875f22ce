import { afterReading, longestTimer } from '../internal/timers.ts'

/** Limits how long the next of many things may take. */
export interface IdleTimeout {
  /** The waiting for one begins. */
  begin(): void
  /** It has come. */
  pause(): void
  /** None is waited for any more. */
  end(): void
  /** It has run out. */
  readonly isOver: boolean
}

/**
 * Runs out when one of many things takes too long. With one timer for all of them, as they may come by the thousand a
 * second.
 *
 * @param limit - ms for each
 * @param onOver - called once
 */
export function createIdleTimeout(limit: number, onOver: () => void): IdleTimeout {
  let since: number | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let isOver = false

  const arm = (delay: number) => {
    timer = setTimeout(() => afterReading(check), Math.min(delay, longestTimer))
  }

  // What was waited for may have come meanwhile, and the next be waited for.
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
