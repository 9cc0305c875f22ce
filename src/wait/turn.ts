import { within } from '../abort.ts'

// So many begin before the event loop gets its turn, some 10 ms of work, and so many ms are left to it.
const most = 100
const span = 5

const queue: (() => void)[] = []
let begun = 0

/**
 * Asks to begin a wait. Thousands may be begun in one tick, and the first request of each takes a while to put
 * together: in one go they would keep everything else from running.
 *
 * @returns undefined when it may begin at once, else what resolves when it may, or rejects on abort
 */
export function takeTurn(signal: AbortSignal | undefined): Promise<void> | undefined {
  if (begun === 0) setTimeout(nextTurn, span)
  if (begun < most) {
    begun++
    return undefined
  }
  const turn = new Promise<void>((resolve) => queue.push(resolve))
  return signal ? within(turn, { signal }) : turn
}

function nextTurn(): void {
  const next = queue.splice(0, most)
  begun = next.length
  for (const resolve of next) resolve()
  if (begun > 0) setTimeout(nextTurn, span)
}
