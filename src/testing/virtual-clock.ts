import type { Clock } from '../clock.ts'

// Taken at import: fake timers of a test runner, installed later, would stop the clock for good.
const { setImmediate: nextTurn } = globalThis

/**
 * How many turns of the event loop without a new sleep count as "nothing is going on any more". A request
 * over loopback, its handler and its answer take three to ten; a turn costs about two microseconds.
 */
const quietTurns = 25

/** Options of {@link createVirtualClock}. */
export interface VirtualClockOptions {
  /** What the clock reads at first, in milliseconds. Default `0`. */
  now?: number
  /** Whether a sleep moves time on by itself once nothing else is going on. Default `false`. */
  auto?: boolean
}

/** A clock that stands still until it is moved. */
export interface VirtualClock extends Clock {
  /**
   * Moves time on, waking each sleeper at its own time; one that falls asleep again on the way is woken again.
   *
   * @param ms - how far, in milliseconds
   * @returns once time has passed and what was woken has come to rest
   */
  advance(ms: number): Promise<void>
}

interface Sleeper {
  readonly due: number
  wake(): void
}

/**
 * A clock for tests: a day of waiting passes in milliseconds. Give the same one to the simulator and to the
 * wait, and the time stamps of the vendors move with it.
 *
 * In `auto` mode time moves to the next sleeper as soon as the event loop has been quiet for a moment. That
 * covers requests answered in this process, over loopback too; an answer from another process may come late.
 *
 * @param options - see {@link VirtualClockOptions}
 * @returns the clock
 *
 * @example
 * ```ts
 * const clock = createVirtualClock({ auto: true })
 * const simulator = createVendorSimulator({ clock, running: '24h' })
 * await waitForCompletion(client, simulator.tyk.add(), { clock, timeout: '2d' })
 * ```
 */
export function createVirtualClock({ now: start = 0, auto = false }: VirtualClockOptions = {}): VirtualClock {
  let time = start
  let changes = 0
  let driving = false
  const sleepers: Sleeper[] = []

  function insert(sleeper: Sleeper): void {
    let index = sleepers.length
    while (index > 0 && (sleepers[index - 1] as Sleeper).due > sleeper.due) index--
    sleepers.splice(index, 0, sleeper)
    changes++
  }

  function remove(sleeper: Sleeper): void {
    const index = sleepers.indexOf(sleeper)
    if (index >= 0) sleepers.splice(index, 1)
    changes++
  }

  async function quiet(): Promise<void> {
    let seen = changes
    for (let turn = 0; turn < quietTurns; turn++) {
      await new Promise<void>((resolve) => nextTurn(resolve))
      if (changes === seen) continue
      seen = changes
      turn = -1
    }
  }

  function wakeNext(): void {
    const due = sleepers[0]?.due
    if (due === undefined) return
    time = Math.max(time, due)
    while (sleepers[0]?.due === due) sleepers.shift()?.wake()
  }

  async function drive(): Promise<void> {
    if (driving) return
    driving = true
    while (sleepers.length > 0) {
      await quiet()
      wakeNext()
    }
    driving = false
  }

  return {
    now: () => time,

    sleep(ms, { signal } = {}) {
      return new Promise<void>((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        if (!(ms > 0)) return resolve()
        const sleeper: Sleeper = {
          due: time + ms,
          wake() {
            signal?.removeEventListener('abort', abort)
            resolve()
          },
        }
        function abort(): void {
          signal?.removeEventListener('abort', abort)
          remove(sleeper)
          reject(signal?.reason)
        }
        signal?.addEventListener('abort', abort)
        insert(sleeper)
        if (auto) void drive()
      })
    },

    async advance(ms) {
      if (!(ms >= 0)) throw new RangeError('A virtual clock advances by 0 ms or more')
      const target = time + ms
      await quiet()
      while (sleepers[0] && sleepers[0].due <= target) {
        wakeNext()
        await quiet()
      }
      time = Math.max(time, target)
    },
  }
}
