import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { systemClock } from '../src/internal/system-clock.ts'
import { afterReading, longestTimer } from '../src/internal/timers.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

function settled(promise: Promise<void>) {
  const state = { over: false, error: undefined as unknown }
  promise.then(
    () => {
      state.over = true
    },
    (error) => Object.assign(state, { over: true, error }),
  )
  return state
}

describe('a sleep', () => {
  test.each([1, 1_000, 86_400_000, longestTimer - 1, longestTimer])('of %d ms takes so long', async (ms) => {
    const state = settled(systemClock.sleep(ms))
    await vi.advanceTimersByTimeAsync(ms - 1)
    expect(state.over).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(state).toEqual({ over: true, error: undefined })
    expect(vi.getTimerCount()).toBe(0)
  })

  test.each([longestTimer + 1, 2 * longestTimer, 365 * 86_400_000])(
    'of %d ms is cut into pieces that a timer takes',
    async (ms) => {
      const set = vi.spyOn(globalThis, 'setTimeout')
      const state = settled(systemClock.sleep(ms))
      await vi.advanceTimersByTimeAsync(ms - 1)
      expect(state.over).toBe(false)
      await vi.advanceTimersByTimeAsync(1)
      expect(state.over).toBe(true)
      for (const [, delay] of set.mock.calls) expect(delay).toBeLessThanOrEqual(2 ** 31 - 1)
      expect(set.mock.calls).toHaveLength(Math.ceil(ms / longestTimer))
    },
  )

  test.each([0, -1])('of %d ms is over at once', async (ms) => {
    const state = settled(systemClock.sleep(ms))
    await vi.advanceTimersByTimeAsync(1)
    expect(state.over).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe.each([
  ['an Error', new Error('enough')],
  ['a word', 'enough'],
  ['null', null],
])('an abort with %s', (_, reason) => {
  test('before the sleep', async () => {
    const signal = AbortSignal.abort(reason)
    const state = settled(systemClock.sleep(1_000, { signal }))
    await vi.advanceTimersByTimeAsync(0)
    expect(state).toEqual({ over: true, error: reason })
    expect(vi.getTimerCount()).toBe(0)
  })

  test.each([500, longestTimer + 500])('%d ms into it leaves no timer and no listener', async (ms) => {
    const controller = new AbortController()
    const { signal } = controller
    const state = settled(systemClock.sleep(3 * longestTimer, { signal }))
    await vi.advanceTimersByTimeAsync(ms)
    expect(state.over).toBe(false)
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    controller.abort(reason)
    await vi.advanceTimersByTimeAsync(0)
    expect(state).toEqual({ over: true, error: reason })
    expect(vi.getTimerCount()).toBe(0)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })
})

test('a sleep that is over leaves no listener', async () => {
  const { signal } = new AbortController()
  const state = settled(systemClock.sleep(longestTimer + 5, { signal }))
  await vi.advanceTimersByTimeAsync(longestTimer + 5)
  expect(state.over).toBe(true)
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})

test('`keepAlive: false` takes the hold of the timer away, and nothing else', async () => {
  vi.useRealTimers()
  const unref = vi.fn()
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((wake: () => void) => {
    queueMicrotask(wake)
    return { unref }
  }) as never)
  await systemClock.sleep(5)
  await systemClock.sleep(5, { keepAlive: true })
  expect(unref).not.toHaveBeenCalled()
  await systemClock.sleep(5, { keepAlive: false })
  expect(unref).toHaveBeenCalledTimes(1)
  const { signal } = new AbortController()
  await systemClock.sleep(5, { keepAlive: true, signal })
  expect(unref).toHaveBeenCalledTimes(1)
  await systemClock.sleep(5, { keepAlive: false, signal })
  expect(unref).toHaveBeenCalledTimes(2)
})

test('`keepAlive: false` also where a timer is a number, as in browsers', async () => {
  vi.useRealTimers()
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((wake: () => void) => {
    queueMicrotask(wake)
    return 7
  }) as never)
  await systemClock.sleep(5, { keepAlive: false })
})

test('now is monotonic: jumps of the wall clock do not show', () => {
  const before = systemClock.now()
  vi.setSystemTime(Date.now() - 3_600_000)
  expect(systemClock.now()).toBe(before)
  vi.setSystemTime(Date.now() + 7_200_000)
  expect(systemClock.now()).toBe(before)
})

test.each([
  ['by setImmediate', globalThis.setImmediate],
  ['by a timer, where there is no setImmediate', undefined],
])('what has come is read first, %s', async (_, setImmediate) => {
  vi.stubGlobal('setImmediate', setImmediate)
  const called = vi.fn()
  afterReading(called)
  expect(called).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  await vi.waitFor(() => expect(called).toHaveBeenCalledTimes(1))
  vi.unstubAllGlobals()
})
