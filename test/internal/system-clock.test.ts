import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { sleepBy, systemClock, wallClockOffset } from '../../src/internal/system-clock.ts'
import { longestTimer } from '../../src/internal/timers.ts'
import { createCountingSignal } from '../support/signals.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a jump of the wall clock moves it by nothing', () => {
  const before = systemClock.now()
  vi.setSystemTime(Date.now() + 86_400_000)
  expect(systemClock.now() - before).toBeLessThan(1_000)
})

describe.each([[undefined], [new AbortController().signal]])('with the signal %s', (signal) => {
  test.each([[0], [1_000], [longestTimer], [longestTimer + 5], [3 * longestTimer]])(
    'sleeps %d ms',
    async (ms) => {
      let isOver = false
      const sleep = systemClock.sleep(ms, { signal }).then(() => {
        isOver = true
      })
      if (ms > 0) await vi.advanceTimersByTimeAsync(ms - 1)
      expect(isOver).toBe(false)
      await vi.advanceTimersByTimeAsync(1)
      await sleep
      expect(vi.getTimerCount()).toBe(0)
    },
  )
})

test.each([[new Error('x')], [0], [''], [null], ['text']])(
  'an abort with %j ends it with that',
  async (reason) => {
    const { controller, signal, listeners } = createCountingSignal()
    const rejected = systemClock.sleep(1_000, { signal }).catch((error: unknown) => [error])
    controller.abort(reason)
    expect(await rejected).toEqual([reason])
    expect([vi.getTimerCount(), listeners()]).toEqual([0, 0])
  },
)

test('one that is aborted already begins no timer', async () => {
  const signal = AbortSignal.abort('enough')
  expect(await systemClock.sleep(1_000, { signal }).catch((error: unknown) => error)).toBe('enough')
  expect(vi.getTimerCount()).toBe(0)
})

test.each([[undefined], [new AbortController().signal]])(
  'keepAlive: false holds no process open, %s',
  (signal) => {
    vi.useRealTimers()
    const unref = vi.spyOn(Object.getPrototypeOf(setTimeout(() => {})), 'unref')
    const controller = new AbortController()
    const used = signal && controller.signal
    void systemClock.sleep(1, { signal: used, keepAlive: true })
    expect(unref).toHaveBeenCalledTimes(0)
    void systemClock.sleep(1, { signal: used, keepAlive: false })
    expect(unref).toHaveBeenCalledTimes(1)
    unref.mockRestore()
  },
)

describe('its distance from the wall clock', () => {
  beforeEach(() => void vi.useRealTimers())

  test('of a clock of the user`s own it is read once', () => {
    vi.useFakeTimers({ now: 50_000 })
    const clock = { now: () => 1_000, sleep: async () => {} }
    expect(wallClockOffset(clock)).toBe(49_000)
    vi.setSystemTime(90_000)
    expect(wallClockOffset(clock)).toBe(49_000)
    expect(wallClockOffset({ ...clock })).toBe(89_000)
  })

  test('of the machine`s clock it follows the wall clock', () => {
    vi.useFakeTimers({ now: 50_000, toFake: ['Date'] })
    const first = wallClockOffset(systemClock)
    vi.setSystemTime(90_000)
    expect(Math.round((wallClockOffset(systemClock) - first) / 1_000)).toBe(40)
  })
})

test('a clock that ignores the signal does not delay an abort', async () => {
  const controller = new AbortController()
  const deaf = { now: () => 0, sleep: () => new Promise<void>(() => {}) }
  const sleep = sleepBy(deaf, 60_000, { signal: controller.signal })
  controller.abort('enough')
  await expect(sleep).rejects.toBe('enough')
})
