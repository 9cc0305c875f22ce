import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createVendorTime } from '../../src/vendor/vendor-time.ts'

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000, toFake: ['Date', 'performance'] }))
afterEach(() => void vi.useRealTimers())

test('before the vendor has answered, the time is that of this machine', () => {
  const time = createVendorTime()
  time.set(undefined)
  expect(time.now()).toBe(1_000_000)
})

test('after that, it goes on from the vendor`s answer, whatever the wall clock does', () => {
  const time = createVendorTime()
  time.set(new Date(5_000))
  vi.advanceTimersByTime(300)
  vi.setSystemTime(99_000_000)
  expect(time.now()).toBe(5_300)
  time.set(undefined)
  expect(time.now()).toBe(5_300)
  time.set(new Date(7_000))
  expect(time.now()).toBe(7_000)
})
