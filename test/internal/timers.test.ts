import { afterEach, expect, test, vi } from 'vitest'
import {
  afterReading,
  keepsProcessAlive,
  longestTimer,
  refTimer,
  releaseProcess,
  unrefTimer,
} from '../../src/internal/timers.ts'

afterEach(() => void vi.unstubAllGlobals())

test('the longest delay is that of a timer', () => expect(longestTimer).toBe(2_147_483_647))

test.each([
  ['of Node', undefined],
  ['without setImmediate', { setImmediate: undefined }],
])('calls back later, on a runtime %s', async (_, globals) => {
  for (const [name, value] of Object.entries(globals ?? {})) vi.stubGlobal(name, value)
  const order: string[] = []
  const done = new Promise<void>((resolve) => {
    afterReading(() => {
      order.push('after')
      resolve()
    })
  })
  order.push('before')
  await Promise.resolve()
  order.push('microtask')
  await done
  expect(order).toEqual(['before', 'microtask', 'after'])
})

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
