import { expect, test } from 'vitest'
import type { Clock } from '../../src/index.ts'
import { createLimiter } from '../../src/internal/limiter.ts'
import { createVirtualClock } from '../../src/testing/index.ts'
import { caught } from '../support/caught.ts'
import { createCountingSignal } from '../support/signals.ts'

const settled = async (promise: unknown) => {
  const pending = Symbol('pending')
  await new Promise((resolve) => setImmediate(resolve))
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending
}

test('lets so many in at once, first come first served', async () => {
  const gate = createLimiter(2, [], createVirtualClock())
  const order: number[] = []
  const enter = async (index: number) => {
    const leave = await gate.enter(undefined)
    order.push(index)
    return leave
  }
  const doors = [0, 1, 2, 3].map(enter)
  expect(await settled(doors[2] as Promise<unknown>)).toBe(false)
  ;(await doors[0])?.()
  ;(await doors[2])?.()
  await doors[3]
  expect(order).toEqual([0, 1, 2, 3])
})

test('all limits hold, over any span of time', async () => {
  const clock = createVirtualClock()
  const gate = createLimiter(
    100,
    [
      { requests: 2, per: 10 },
      { requests: 3, per: 100 },
    ],
    clock,
  )
  const times: number[] = []
  const doors = [0, 1, 2, 3, 4, 5, 6].map(async () => {
    const leave = await gate.enter(undefined)
    times.push(clock.now())
    leave()
  })
  await clock.advance(1_000)
  await Promise.all(doors)
  expect(times).toEqual([0, 0, 10, 100, 100, 110, 200])
})

test('who aborts leaves the queue, and holds nobody up', async () => {
  const clock = createVirtualClock()
  const gate = createLimiter(1, [], clock)
  const leave = await gate.enter(undefined)
  const { signal, controller, listeners } = createCountingSignal()
  const impatient = caught(Promise.resolve(gate.enter(signal)))
  const patient = gate.enter(undefined)
  controller.abort('enough')
  expect(await impatient).toBe('enough')
  expect(listeners()).toBe(0)
  leave()
  expect(await settled(patient)).toBe(true)
})

test('who aborts the only wait for a limit does not break the next', async () => {
  const clock = createVirtualClock()
  const gate = createLimiter(1, [{ requests: 1, per: 100 }], clock)
  ;(await gate.enter(undefined))()
  const controller = new AbortController()
  const impatient = caught(Promise.resolve(gate.enter(controller.signal)))
  controller.abort('enough')
  expect(await impatient).toBe('enough')
  const next = gate.enter(undefined)
  await clock.advance(99)
  expect(await settled(next)).toBe(false)
  await clock.advance(1)
  expect(await settled(next)).toBe(true)
})

test('a clock that pays no heed to an abort is not asked to sleep twice for that', async () => {
  const sleeps: (() => void)[] = []
  let now = 0
  const clock = { now: () => now, sleep: () => new Promise<void>((resolve) => sleeps.push(resolve)) }
  const gate = createLimiter(9, [{ requests: 1, per: 100 }], clock)
  await gate.enter(undefined)
  const controller = new AbortController()
  const impatient = caught(Promise.resolve(gate.enter(controller.signal)))
  controller.abort('enough')
  await impatient
  const first = gate.enter(undefined)
  const second = gate.enter(undefined)
  now = 100
  for (const wake of sleeps.slice()) wake()
  await first
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
  const gate = createLimiter(9, [{ requests: 1, per: 100 }], clock)
  ;(await gate.enter(undefined))()
  const controller = new AbortController()
  const leaving = caught(Promise.resolve(gate.enter(controller.signal)))
  const staying = gate.enter(undefined)
  controller.abort('enough')
  expect(await leaving).toBe('enough')
  await virtual.advance(100)
  expect(await settled(staying)).toBe(true)
  const last = new AbortController()
  const alone = caught(Promise.resolve(gate.enter(last.signal)))
  last.abort('enough')
  expect(await alone).toBe('enough')
  expect(sleeps.map((signal) => signal?.aborted)).toEqual([false, true])
})

test('who comes aborted does not queue', async () => {
  const gate = createLimiter(1, [], createVirtualClock())
  await gate.enter(undefined)
  expect(() => gate.enter(AbortSignal.abort('enough'))).toThrow('enough')
})
