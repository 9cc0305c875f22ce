import type { Clock } from '../clock.ts'
import { onAbort } from '../internal/abort.ts'

// Read at import, before a test runner installs fake timers, which would stop the clock.
const { setImmediate: nextTurn } = globalThis

// After so many turns of the event loop without a new sleep, nothing else is running. A request over loopback with its
// answer takes three to ten turns; a turn takes about two microseconds.
const quietTurns = 25

/** Options of {@link createVirtualClock}. */
export interface VirtualClockOptions {
  /** The time at first, in milliseconds. Default `0`. */
  readonly now?: number
  /** Whether time moves to the end of the next sleep by itself once nothing else is running. Default `false`. */
  readonly auto?: boolean
}

/** A clock that stands still until it is advanced. */
export interface VirtualClock extends Clock {
  /**
   * Advances time and ends each sleep at its own time, also sleeps that begin meanwhile.
   *
   * @param ms - how far, in milliseconds
   * @returns when the time is reached and the code that was woken has nothing more to do
   */
  advance(ms: number): Promise<void>
}

interface Sleeper {
  readonly due: number
  wake(): void
}

/**
 * A clock for tests: a wait of a day takes milliseconds. Give the same clock to the simulator and to the wait: the time
 * stamps of the vendors then move with it.
 *
 * In `auto` mode, time moves to the end of the next sleep when the event loop has been quiet for a moment. That is safe
 * for requests that this process answers, over loopback too. The answer of another process may come too late.
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
            release?.()
            resolve()
          },
        }
        const release =
          signal &&
          onAbort(signal, () => {
            release?.()
            remove(sleeper)
            reject(signal.reason)
          })
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
