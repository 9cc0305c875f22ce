/** A place among the tasks that may be under way. */
export interface Place {
  /** Resolves when the task may begin; absent when it may begin at once. */
  readonly turn: Promise<void> | undefined
  /** Gives the place up, in the queue or after the task has ended. To be called once. */
  leave(): void
}

/** Lets tasks begin in order, and not all at once. */
export interface Admission {
  enter(): Place
}

// Taken at import: fake timers of a test runner, which come and go, would leave the queue standing for good.
const { setTimeout: later } = globalThis
const now = performance.now.bind(performance)

// So many tasks may be under way at once. Requests have a limit of their own in the client: this one keeps the others
// waiting here, where a waiting task is small.
const mostAtOnce = 500

// So many tasks begin, some 10 ms of work, before the event loop gets its turn of so many ms.
const mostPerTurn = 100
const turn = 5

/**
 * Thousands of tasks may be begun in one tick, and each takes a while to put its request together: in one go they would
 * keep everything else from running.
 */
export function createAdmission(): Admission {
  const queue = new Set<() => void>()
  let active = 0
  let begun = 0
  let lastBegun = Number.NEGATIVE_INFINITY
  let isTurnDue = false

  const mayBegin = () => {
    // Tasks that are begun without a pause are of one turn.
    if (now() - lastBegun >= turn) begun = 0
    return active < mostAtOnce && begun < mostPerTurn
  }

  const begin = () => {
    active++
    begun++
    lastBegun = now()
  }

  const admit = () => {
    for (const pass of queue) {
      if (!mayBegin()) break
      queue.delete(pass)
      begin()
      pass()
    }
    if (queue.size === 0 || active >= mostAtOnce || isTurnDue) return
    isTurnDue = true
    later(nextTurn, turn)
  }

  const nextTurn = () => {
    isTurnDue = false
    begun = 0
    admit()
  }

  const leave = () => {
    active--
    admit()
  }

  return {
    enter() {
      if (queue.size === 0 && mayBegin()) {
        begin()
        return { turn: undefined, leave }
      }
      let pass: () => void
      const turn = new Promise<void>((resolve) => {
        pass = resolve
        queue.add(pass)
      })
      admit()
      return {
        turn,
        leave() {
          if (!queue.delete(pass)) leave()
        },
      }
    },
  }
}
