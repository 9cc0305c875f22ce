import { onAbort } from './abort.ts'
import { refTimer, unrefTimer } from './timers.ts'

/** Lets tasks begin in order, and not all at once. */
export interface Admission {
  /**
   * Asks to begin a task.
   *
   * @returns what to call when the task has ended, undefined when its time is over; rejects on abort
   */
  enter(task: Task): Leave | Promise<Leave | undefined>
}

/** A task that wants to begin. */
export interface Task {
  readonly signal: AbortSignal | undefined
  /** When it need not begin any more, by `performance.now()`. */
  readonly expiresAt: number
  /** Whether it keeps the process running while it is in the queue. */
  readonly keepAlive: boolean
}

/** Tells that a task has ended. */
export type Leave = () => void

interface Waiting {
  readonly task: Task
  readonly resolve: (leave: Leave | undefined) => void
}

// Taken at import: fake timers of a test runner, which come and go, would leave the queue standing for good.
const { setTimeout } = globalThis
const now = performance.now.bind(performance)

// So many tasks may be under way at once. Requests have a limit of their own in the client: this one keeps the others
// waiting here, where a task is small. There may be a hundred thousand.
const mostAtOnce = 500

// So many tasks begin, some 5 ms of work, before the event loop gets its turn of so many ms.
const mostPerTurn = 50
const pause = 5

// How often the queue is searched for tasks whose time is over, in ms.
const sweepInterval = 100

/**
 * Thousands of tasks may be begun in one tick, and each takes a while to put its request together: in one go they would
 * keep everything else from running.
 */
export function createAdmission(): Admission {
  const queue = new Set<Waiting>()
  let active = 0
  let begun = 0
  let lastBegun = Number.NEGATIVE_INFINITY
  let sweptAt = 0
  let turn: unknown

  const mayBegin = () => active < mostAtOnce && begun < mostPerTurn

  const begin = () => {
    active++
    begun++
    lastBegun = now()
  }

  const admit = () => {
    for (const waiting of queue) {
      if (!mayBegin()) break
      queue.delete(waiting)
      if (waiting.task.expiresAt <= now()) {
        waiting.resolve(undefined)
        continue
      }
      begin()
      waiting.resolve(leave)
    }
    if (queue.size === 0 || turn !== undefined) return
    turn = setTimeout(nextTurn, pause)
    if (!keepsAlive(queue)) unrefTimer(turn)
  }

  const nextTurn = () => {
    turn = undefined
    begun = 0
    if (now() - sweptAt >= sweepInterval) sweep()
    admit()
  }

  const sweep = () => {
    sweptAt = now()
    for (const waiting of queue) {
      if (waiting.task.expiresAt > sweptAt) continue
      queue.delete(waiting)
      waiting.resolve(undefined)
    }
  }

  const leave = () => {
    active--
    admit()
  }

  const join = (task: Task) =>
    new Promise<Leave | undefined>((resolve, reject) => {
      const { signal } = task
      if (!signal) {
        queue.add({ task, resolve })
        return
      }
      const waiting: Waiting = {
        task,
        resolve(leave) {
          release()
          resolve(leave)
        },
      }
      queue.add(waiting)
      const release = onAbort(signal, () => {
        release()
        queue.delete(waiting)
        reject(signal.reason)
      })
    })

  return {
    enter(task) {
      // Tasks that are begun without a pause are of one turn.
      if (queue.size === 0 && now() - lastBegun >= pause) begun = 0
      if (queue.size === 0 && mayBegin()) {
        begin()
        return leave
      }
      const entered = join(task)
      admit()
      if (task.keepAlive) refTimer(turn)
      return entered
    },
  }
}

function keepsAlive(queue: Iterable<Waiting>): boolean {
  for (const { task } of queue) if (task.keepAlive) return true
  return false
}
