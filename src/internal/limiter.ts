import type { Clock } from '../clock.ts'
import { onAbort, throwIfAborted } from './abort.ts'

/** A number of requests in a span of ms. */
export interface Limit {
  readonly requests: number
  readonly per: number
}

/** Lets the requests of one client through, first come first served, as its limits allow. */
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

/**
 * @param concurrency - the most requests under way at once
 * @param limits - the most requests begun in any span of time; all of them hold
 */
export function createLimiter(concurrency: number, limits: readonly Limit[], clock: Clock): Limiter {
  const longest = Math.max(0, ...limits.map(({ requests }) => requests))
  const queue = new Set<() => void>()
  const starts: number[] = []
  let active = 0
  let sleeping: AbortController | undefined

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
    for (const pass of queue) {
      if (active >= concurrency) return
      const wait = held()
      if (wait > 0) {
        sleepFor(wait)
        return
      }
      queue.delete(pass)
      begin()
      pass()
    }
  }

  const sleepFor = (ms: number) => {
    const controller = new AbortController()
    sleeping = controller
    const wake = () => {
      if (sleeping === controller) sleeping = undefined
      admit()
    }
    clock.sleep(ms, { signal: controller.signal }).then(wake, () => {})
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
        const pass = () => {
          release?.()
          resolve(leave)
        }
        queue.add(pass)
        const release =
          signal &&
          onAbort(signal, () => {
            release?.()
            queue.delete(pass)
            if (queue.size === 0) {
              sleeping?.abort()
              sleeping = undefined
            }
            reject(signal.reason)
          })
        admit()
      })
    },
  }
}
