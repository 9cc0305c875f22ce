import { onAbort } from './abort.ts'
import { refTimer, unrefTimer } from './timers.ts'

/** Starts tasks in order, and not all at once. */
export interface Admission {
  /**
   * Waits until a task may begin.
   *
   * @returns the function to call when the task has ended; undefined if the task has expired; rejects on abort
   */
  enter(task: Task): Leave | Promise<Leave | undefined>
}

/** A task that waits to begin. */
export interface Task {
  readonly signal: AbortSignal | undefined
  /** When it is too late to begin, by `performance.now()`. */
  readonly expiresAt: number
  /** Whether it keeps the process running while it is queued. */
  readonly keepAlive: boolean
}

/** Reports that a task has ended. */
export type Leave = () => void

interface Waiting {
  readonly task: Task
  readonly resolve: (leave: Leave | undefined) => void
}

// Taken at import: a timer set under a test runner's fake timers may never fire, which would block the queue for good.
const { setTimeout } = globalThis
const now = performance.now.bind(performance)

// How many tasks run at once. The client limits requests, too; here a queued task takes less memory, and there may be a
// hundred thousand.
const mostAtOnce = 500

// How many tasks begin, some 5 ms of work, before the event loop gets a pause of so many ms.
const mostPerTurn = 50
const pause = 5

// How often expired tasks are removed from the queue, in ms.
const sweepInterval = 100

/**
 * Thousands of tasks may begin in one tick, and each takes time to prepare its request. Without pauses they would block
 * the event loop.
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
      // Tasks that begin without a pause between them belong to one turn.
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
