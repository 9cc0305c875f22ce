import { AsyncLocalStorage } from 'node:async_hooks'

/** The clock on the wall of a server, which can be set while ours goes right. */
export interface ServerClock {
  now(): Date
  /** Sets it forward, or with a negative number back. */
  advance(ms: number): void
  /** Whatever this calls, and what that leads to, reads this clock from `new Date()`. */
  run<Result>(work: () => Result): Result
}

const offsets = new AsyncLocalStorage<{ ms: number }>()
const SystemDate = Date

// The S3 server knows the time from nowhere else, and expiry cannot be waited for in tests: a second is its smallest.
globalThis.Date = new Proxy(SystemDate, {
  construct: (target, values, newTarget) =>
    Reflect.construct(target, values.length === 0 ? [now()] : values, newTarget),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
})

const now = (): number => SystemDate.now() + (offsets.getStore()?.ms ?? 0)

export function createServerClock(): ServerClock {
  const offset = { ms: 0 }
  return {
    now: () => new SystemDate(SystemDate.now() + offset.ms),
    advance(ms) {
      offset.ms += ms
    },
    run: (work) => offsets.run(offset, work),
  }
}
