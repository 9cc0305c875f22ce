import { raceAbort } from '../internal/abort.ts'

// Taken at import: fake timers of a test runner, that come and go, would leave the queue standing for good.
const { setTimeout: later } = globalThis

/**
 * Asks to begin a wait.
 *
 * @returns undefined when it may begin at once, else what resolves when it may, or rejects on abort
 */
export type TakeTurn = (signal: AbortSignal | undefined) => Promise<void> | undefined

// So many begin before the event loop gets its turn, some 10 ms of work, and so many ms are left to it.
const most = 100
const span = 5

/**
 * Lets waits begin by turns. Thousands may be begun in one tick, and the first request of each takes a while to put
 * together: in one go they would keep everything else from running.
 */
export function createTurns(): TakeTurn {
  const queue: (() => void)[] = []
  let begun = 0

  const nextTurn = () => {
    const next = queue.splice(0, most)
    begun = next.length
    for (const resolve of next) resolve()
    if (begun > 0) later(nextTurn, span)
  }

  return (signal) => {
    if (begun === 0) later(nextTurn, span)
    if (begun < most) {
      begun++
      return undefined
    }
    const turn = new Promise<void>((resolve) => queue.push(resolve))
    return signal ? raceAbort(turn, { signal }) : turn
  }
}
