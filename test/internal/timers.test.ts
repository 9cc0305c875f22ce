import { afterEach, expect, test, vi } from 'vitest'
import { afterReading, longestTimer } from '../../src/internal/timers.ts'

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
