import { expect, test, vi } from 'vitest'
import { keepsProcessAlive, refTimer, releaseProcess, unrefTimer } from '../../src/internal/keep-alive.ts'

test('timers hold the process open, unless their signal was released', () => {
  const { signal } = new AbortController()
  expect([keepsProcessAlive(undefined), keepsProcessAlive(signal)]).toEqual([true, true])
  releaseProcess(signal)
  expect([keepsProcessAlive(undefined), keepsProcessAlive(signal)]).toEqual([true, false])
})

test('a timer loses its hold and gets it back', () => {
  const timer = { ref: vi.fn(), unref: vi.fn() }
  unrefTimer(timer)
  expect([timer.unref.mock.calls.length, timer.ref.mock.calls.length]).toEqual([1, 0])
  refTimer(timer)
  expect([timer.unref.mock.calls.length, timer.ref.mock.calls.length]).toEqual([1, 1])
})

test.each([[7], [{}]])('a timer of a browser, %j, holds nothing', (timer) => {
  expect(() => unrefTimer(timer)).not.toThrow()
  expect(() => refTimer(timer)).not.toThrow()
})

test('no timer has no hold to get back', () => {
  expect(() => refTimer(undefined)).not.toThrow()
})
