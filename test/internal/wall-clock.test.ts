import { afterEach, expect, test, vi } from 'vitest'
import { systemClock } from '../../src/internal/system-clock.ts'
import { wallClockOffset } from '../../src/internal/wall-clock.ts'

afterEach(() => void vi.useRealTimers())

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
