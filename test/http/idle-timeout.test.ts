import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createIdleTimeout } from '../../src/http/guard-body.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function start(limit = 1_000) {
  const onOver = vi.fn()
  return { onOver, patience: createIdleTimeout(limit, onOver) }
}

test('runs out when the one that is waited for takes too long, and says so once', async () => {
  const { patience, onOver } = start()
  patience.begin()
  await vi.advanceTimersByTimeAsync(990)
  expect([patience.isOver, onOver.mock.calls.length]).toEqual([false, 0])
  await vi.advanceTimersByTimeAsync(60_000)
  expect([patience.isOver, onOver.mock.calls.length]).toEqual([true, 1])
})

test('has a single timer however many come, each of which has the whole time', async () => {
  const { patience, onOver } = start()
  for (let count = 0; count < 100; count++) {
    patience.begin()
    await vi.advanceTimersByTimeAsync(900)
    patience.pause()
    expect(vi.getTimerCount()).toBeLessThanOrEqual(1)
  }
  patience.begin()
  await vi.advanceTimersByTimeAsync(990)
  expect(onOver).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(50)
  expect(onOver).toHaveBeenCalledOnce()
})

test('does not run out while nothing is waited for, and leaves no timer behind', async () => {
  const { patience, onOver } = start()
  patience.begin()
  patience.pause()
  await vi.advanceTimersByTimeAsync(60_000)
  expect([onOver.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0])
  patience.begin()
  patience.end()
  expect(vi.getTimerCount()).toBe(0)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(onOver).not.toHaveBeenCalled()
})

test('lasts longer than a timer can', async () => {
  const { patience, onOver } = start(2 ** 31 + 5_000)
  patience.begin()
  await vi.advanceTimersByTimeAsync(2 ** 31 + 4_000)
  expect(onOver).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(2_000)
  expect(onOver).toHaveBeenCalledOnce()
})
