import type { Clock } from '../clock.ts'
import { onAbort, throwIfAborted } from './abort.ts'
import { keepsProcessAlive } from './timers.ts'

/** A number of requests in a span of ms. */
export interface Limit {
  readonly requests: number
  readonly per: number
}

/** Starts the requests of one client in order, within its limits. */
export interface Limiter {
  /**
   * Waits for a place.
   *
   * @returns the place, at once if there is one; rejects on abort
   */
  enter(signal: AbortSignal | undefined): Place | Promise<Place>
}

/** Allows one request to be sent. */
export interface Place {
  /** The request is sent now. Limits count from here, as the token may have to be fetched first. */
  begin(): void
  /** The request has ended, or will not be sent. */
  leave(): void
}

interface Waiting {
  readonly pass: (place: Place) => void
  readonly keepAlive: boolean
}

interface Sleep {
  readonly controller: AbortController
  readonly keepAlive: boolean
}

/**
 * @param concurrency - the most requests in flight
 * @param limits - the most requests in any span of time; all of them apply
 */
export function createLimiter(concurrency: number, limits: readonly Limit[], clock: Clock): Limiter {
  const longest = Math.max(0, ...limits.map(({ requests }) => requests))
  const queue = new Set<Waiting>()
  const starts: number[] = []
  let active = 0
  // Those that have not begun. Any of them may begin at any time.
  let pending = 0
  let sleeping: Sleep | undefined

  // How long the limits delay a request that would begin now, in ms; infinite: until a pending one has begun.
  const held = (): number => {
    const now = clock.now()
    const waits = limits.map(({ requests, per }) => {
      if (pending >= requests) return Number.POSITIVE_INFINITY
      return (starts.at(pending - requests) ?? Number.NEGATIVE_INFINITY) + per - now
    })
    return Math.max(0, ...waits)
  }

  const take = (): Place => {
    active++
    pending++
    let hasBegun = false
    const begin = () => {
      hasBegun = true
      pending--
      if (longest === 0) return
      starts.push(clock.now())
      if (starts.length > longest) starts.shift()
      admit()
    }
    const leave = () => {
      active--
      if (!hasBegun) pending--
      admit()
    }
    return { begin, leave }
  }

  const admit = () => {
    if (sleeping) return
    for (const waiting of queue) {
      if (active >= concurrency) return
      const ms = held()
      if (ms > 0) {
        if (Number.isFinite(ms)) sleepFor(ms)
        return
      }
      queue.delete(waiting)
      waiting.pass(take())
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

  /** Ends a sleep that no request needs, and restarts one that keeps the process running when it should not, or the reverse. */
  const adjustSleep = () => {
    if (!sleeping || (queue.size > 0 && sleeping.keepAlive === queueKeepsAlive())) return
    sleeping.controller.abort()
    sleeping = undefined
    admit()
  }

  return {
    enter(signal) {
      throwIfAborted(signal)
      if (queue.size === 0 && active < concurrency && held() <= 0) return take()
      return new Promise((resolve, reject) => {
        const waiting: Waiting = {
          keepAlive: keepsProcessAlive(signal),
          pass(place) {
            release?.()
            resolve(place)
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
