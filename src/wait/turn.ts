// So many begin within a span of so many ms before the event loop gets its turn: some 10 ms of work.
const most = 100
const span = 5

const queue: (() => void)[] = []
let begun = 0
let since = Number.NEGATIVE_INFINITY

/**
 * Asks to begin a wait. Thousands may be begun in one tick, and the first request of each takes a while to put
 * together: in one go they would keep everything else from running.
 *
 * @returns undefined when it may begin at once, else what resolves when it may
 */
export function takeTurn(): Promise<void> | undefined {
  if (queue.length === 0) {
    const now = performance.now()
    if (now - since > span) {
      since = now
      begun = 0
    }
    if (begun++ < most) return undefined
  }
  return new Promise((resolve) => {
    if (queue.push(resolve) === 1) setTimeout(begin, span)
  })
}

function begin(): void {
  since = performance.now()
  begun = most
  for (const resolve of queue.splice(0, most)) resolve()
  if (queue.length > 0) setTimeout(begin, span)
}
