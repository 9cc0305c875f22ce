import type { Clock } from '../clock.ts'
import { onAbort, throwIfAborted } from './abort.ts'
import { keepsProcessAlive } from './timers.ts'

/** A number of requests in a span of ms. */
export interface Limit {
  readonly requests: number
  readonly per: number
}

/** Lets the requests of one client begin in order, as its limits allow. */
export interface Limiter {
  /**
   * Lets a request begin, now or later.
   *
   * @returns what to call when the request has ended; rejects on abort, having left the queue
   */
  enter(signal: AbortSignal | undefined): Leave | Promise<Leave>
}

/** Tells the limiter that a request has ended. */
export type Leave = () => void

interface Waiting {
  readonly pass: () => void
  readonly keepAlive: boolean
}

interface Sleep {
  readonly controller: AbortController
  readonly keepAlive: boolean
}

/**
 * @param concurrency - the most requests under way at once
 * @param limits - the most requests begun in any span of time; all of them hold
 */
export function createLimiter(concurrency: number, limits: readonly Limit[], clock: Clock): Limiter {
  const longest = Math.max(0, ...limits.map(({ requests }) => requests))
  const queue = new Set<Waiting>()
  const starts: number[] = []
  let active = 0
  let sleeping: Sleep | undefined

  // How long the limits hold back a request that would begin now, in ms.
  const held = (): number => {
    const now = clock.now()
    return Math.max(
      0,
      ...limits.map(({ requests, per }) => (starts.at(-requests) ?? Number.NEGATIVE_INFINITY) + per - now),
    )
  }

  const begin = () => {
    active++
    if (longest === 0) return
    starts.push(clock.now())
    if (starts.length > longest) starts.shift()
  }

  const admit = () => {
    if (sleeping) return
    for (const waiting of queue) {
      if (active >= concurrency) return
      const ms = held()
      if (ms > 0) {
        sleepFor(ms)
        return
      }
      queue.delete(waiting)
      begin()
      waiting.pass()
    }
  }

  const sleepFor = (ms: number) => {
    const controller = new AbortController()
    const keepAlive = queueKeepsAlive()
    const sleep = { controller, keepAlive }
    sleeping = sleep
    const wake = () => {
      if (sleeping === sleep) sleeping = undefined
      admit()
    }
    clock.sleep(ms, { signal: controller.signal, keepAlive }).then(wake, () => {})
  }

  const queueKeepsAlive = () => {
    for (const { keepAlive } of queue) if (keepAlive) return true
    return false
  }

  /** Ends a sleep that nobody needs any more, or begins it anew where its hold on the process has become wrong. */
  const adjustSleep = () => {
    if (!sleeping || (queue.size > 0 && sleeping.keepAlive === queueKeepsAlive())) return
    sleeping.controller.abort()
    sleeping = undefined
    admit()
  }

  const leave = () => {
    active--
    admit()
  }

  return {
    enter(signal) {
      throwIfAborted(signal)
      if (queue.size === 0 && active < concurrency && held() <= 0) {
        begin()
        return leave
      }
      return new Promise((resolve, reject) => {
        const waiting: Waiting = {
          keepAlive: keepsProcessAlive(signal),
          pass() {
            release?.()
            resolve(leave)
          },
        }
        queue.add(waiting)
        const release =
          signal &&
          onAbort(signal, () => {
            release?.()
            queue.delete(waiting)
            adjustSleep()
            reject(signal.reason)
          })
        adjustSleep()
        admit()
      })
    },
  }
}
