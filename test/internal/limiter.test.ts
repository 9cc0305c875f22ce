import { expect, test } from 'vitest'
import type { Clock } from '../../src/index.ts'
import { createLimiter, type Place } from '../../src/internal/limiter.ts'
import { releaseProcess } from '../../src/internal/timers.ts'
import { createVirtualClock } from '../../src/testing/index.ts'
import { caught } from '../support/caught.ts'
import { createCountingSignal } from '../support/signals.ts'

/** A request that is sent, and has ended. */
const pass = (place: Place) => {
  place.begin()
  place.leave()
}

const settled = async (promise: unknown) => {
  const pending = Symbol('pending')
  await new Promise((resolve) => setImmediate(resolve))
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending
}

test('lets so many in at once, first come first served', async () => {
  const limiter = createLimiter(2, [], createVirtualClock())
  const order: number[] = []
  const enter = async (index: number) => {
    const place = await limiter.enter(undefined)
    order.push(index)
    return place
  }
  const entries = [0, 1, 2, 3].map(enter)
  expect(await settled(entries[2] as Promise<unknown>)).toBe(false)
  ;(await entries[0])?.leave()
  ;(await entries[2])?.leave()
  await entries[3]
  expect(order).toEqual([0, 1, 2, 3])
})

test('all limits hold, over any span of time', async () => {
  const clock = createVirtualClock()
  const limiter = createLimiter(
    100,
    [
      { requests: 2, per: 10 },
      { requests: 3, per: 100 },
    ],
    clock,
  )
  const times: number[] = []
  const entries = [0, 1, 2, 3, 4, 5, 6].map(async () => {
    const place = await limiter.enter(undefined)
    times.push(clock.now())
    pass(place)
  })
  await clock.advance(1_000)
  await Promise.all(entries)
  expect(times).toEqual([0, 0, 10, 100, 100, 110, 200])
})

test('the limits count from when a request begins, and what never begins is not counted', async () => {
  const clock = createVirtualClock()
  const limiter = createLimiter(9, [{ requests: 2, per: 100 }], clock)
  const slow = await limiter.enter(undefined)
  const unsent = await limiter.enter(undefined)
  const third = limiter.enter(undefined)
  await clock.advance(1_000)
  expect(await settled(third)).toBe(false)
  unsent.leave()
  expect(await settled(third)).toBe(true)
  slow.begin()
  ;(await third).begin()
  const fourth = limiter.enter(undefined)
  await clock.advance(99)
  expect(await settled(fourth)).toBe(false)
  await clock.advance(1)
  expect(await settled(fourth)).toBe(true)
})

test('who aborts leaves the queue, and holds nobody up', async () => {
  const clock = createVirtualClock()
  const limiter = createLimiter(1, [], clock)
  const { leave } = await limiter.enter(undefined)
  const { signal, controller, listeners } = createCountingSignal()
  const impatient = caught(Promise.resolve(limiter.enter(signal)))
  const patient = limiter.enter(undefined)
  controller.abort('enough')
  expect(await impatient).toBe('enough')
  expect(listeners()).toBe(0)
  leave()
  expect(await settled(patient)).toBe(true)
})

test('who aborts the only wait for a limit does not break the next', async () => {
  const clock = createVirtualClock()
  const limiter = createLimiter(1, [{ requests: 1, per: 100 }], clock)
  pass(await limiter.enter(undefined))
  const controller = new AbortController()
  const impatient = caught(Promise.resolve(limiter.enter(controller.signal)))
  controller.abort('enough')
  expect(await impatient).toBe('enough')
  const next = limiter.enter(undefined)
  await clock.advance(99)
  expect(await settled(next)).toBe(false)
  await clock.advance(1)
  expect(await settled(next)).toBe(true)
})

test('a clock that pays no heed to an abort is not asked to sleep twice for that', async () => {
  const sleeps: (() => void)[] = []
  let now = 0
  const clock = { now: () => now, sleep: () => new Promise<void>((resolve) => sleeps.push(resolve)) }
  const limiter = createLimiter(9, [{ requests: 1, per: 100 }], clock)
  pass(await limiter.enter(undefined))
  const controller = new AbortController()
  const impatient = caught(Promise.resolve(limiter.enter(controller.signal)))
  controller.abort('enough')
  await impatient
  const first = limiter.enter(undefined)
  const second = limiter.enter(undefined)
  now = 100
  for (const wake of sleeps.slice()) wake()
  ;(await first).begin()
  expect(sleeps).toHaveLength(3)
  now = 200
  sleeps[2]?.()
  expect(await settled(second)).toBe(true)
})

test('who aborts a wait for a limit leaves it to the others, and the last of them ends it', async () => {
  const virtual = createVirtualClock()
  const sleeps: (AbortSignal | undefined)[] = []
  const clock: Clock = {
    now: () => virtual.now(),
    sleep(ms, options) {
      sleeps.push(options?.signal)
      return virtual.sleep(ms, options)
    },
  }
  const limiter = createLimiter(9, [{ requests: 1, per: 100 }], clock)
  pass(await limiter.enter(undefined))
  const controller = new AbortController()
  const leaving = caught(Promise.resolve(limiter.enter(controller.signal)))
  const staying = limiter.enter(undefined)
  controller.abort('enough')
  expect(await leaving).toBe('enough')
  await virtual.advance(100)
  pass(await staying)
  const last = new AbortController()
  const alone = caught(Promise.resolve(limiter.enter(last.signal)))
  last.abort('enough')
  expect(await alone).toBe('enough')
  expect(sleeps.map((signal) => signal?.aborted)).toEqual([false, true])
})

test('who comes aborted does not queue', async () => {
  const limiter = createLimiter(1, [], createVirtualClock())
  await limiter.enter(undefined)
  expect(() => limiter.enter(AbortSignal.abort('enough'))).toThrow('enough')
})

test('a signal without throwIfAborted is a signal', async () => {
  const limiter = createLimiter(1, [], createVirtualClock())
  const target = Object.assign(new EventTarget(), { aborted: false, reason: undefined })
  const signal = target as unknown as AbortSignal
  await limiter.enter(signal)
  const waiting = limiter.enter(signal) as Promise<unknown>
  const ended = waiting.then(
    () => 'entered',
    (error) => [error],
  )
  target.aborted = true
  target.dispatchEvent(new Event('abort'))
  expect(await ended).toEqual([undefined])
  expect(() => limiter.enter(signal)).toThrow()
})

test('its sleep keeps the process running only for requests that want it', async () => {
  const virtual = createVirtualClock()
  const sleeps: string[] = []
  const clock: Clock = {
    now: () => virtual.now(),
    sleep(ms, { signal, keepAlive } = {}) {
      sleeps.push(`${keepAlive} for ${ms}`)
      return virtual.sleep(ms, { signal })
    },
  }
  const limiter = createLimiter(9, [{ requests: 1, per: 100 }], clock)
  const released = () => {
    const controller = new AbortController()
    releaseProcess(controller.signal)
    return controller
  }
  pass(await limiter.enter(undefined))
  const first = limiter.enter(released().signal)
  const second = limiter.enter(released().signal)
  expect(sleeps).toEqual(['false for 100'])
  await virtual.advance(10)
  const holding = new AbortController()
  const third = caught(Promise.resolve(limiter.enter(holding.signal)))
  const fourth = limiter.enter(undefined)
  expect(sleeps.splice(0)).toEqual(['false for 100', 'true for 90'])
  holding.abort('enough')
  expect(await third).toBe('enough')
  expect(sleeps).toEqual([])
  await virtual.advance(1_000)
  for (const place of [first, second, fourth]) {
    pass(await place)
    await virtual.advance(1_000)
  }
  expect(sleeps).toEqual(['true for 100', 'true for 100'])

  pass(await limiter.enter(undefined))
  const alone = released()
  const last = new AbortController()
  const quiet = caught(Promise.resolve(limiter.enter(alone.signal)))
  const leaving = caught(Promise.resolve(limiter.enter(last.signal)))
  sleeps.length = 0
  last.abort('enough')
  expect(await leaving).toBe('enough')
  expect(sleeps).toEqual(['false for 100'])
  alone.abort('enough')
  expect(await quiet).toBe('enough')
})
