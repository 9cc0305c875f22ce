import { expect, test, vi } from 'vitest'
import { copyOwn, notify, omitUndefined } from '../../src/internal/options.ts'

test('own: the caller`s options, and nothing that a polluted prototype adds', () => {
  const prototype = Object.prototype as { timeout?: number }
  prototype.timeout = 5
  try {
    expect(copyOwn<{ timeout?: number; retries?: number }>({ retries: 1 }).timeout).toBeUndefined()
    expect(copyOwn<{ retries?: number }>({ retries: 1 }).retries).toBe(1)
    expect(copyOwn<{ timeout?: number }>(undefined).timeout).toBeUndefined()
  } finally {
    delete prototype.timeout
  }
})

test('own: a copy, that later changes of the options do not reach', () => {
  const options = { retries: 1 }
  const copy = copyOwn(options)
  options.retries = 2
  expect(copy.retries).toBe(1)
})

test('notify calls at once, with the event', () => {
  const callback = vi.fn()
  notify(callback, 'event')
  expect(callback).toHaveBeenCalledExactlyOnceWith('event')
  notify(undefined, 'event')
})

test.each([
  [
    'throws',
    () => {
      throw new Error('thrown')
    },
  ],
  [
    'throws nothing',
    () => {
      throw undefined
    },
  ],
  ['rejects', () => Promise.reject(new Error('rejected'))],
  [
    'returns a thenable that throws',
    () => ({
      // biome-ignore lint/suspicious/noThenProperty: a thenable that breaks is the point
      then() {
        throw new Error('then')
      },
    }),
  ],
  [
    'returns one whose then does',
    () => ({
      // biome-ignore lint/suspicious/noThenProperty: a thenable that breaks is the point
      get then(): never {
        throw new Error('get then')
      },
    }),
  ],
])('notify: a callback that %s is not heard of again', async (_, callback) => {
  const unhandled = vi.fn()
  process.on('unhandledRejection', unhandled)
  expect(() => notify(callback, 'event')).not.toThrow()
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', unhandled)
  expect(unhandled).not.toHaveBeenCalled()
})

test('known: what is undefined is absent, and nothing else is', () => {
  const value = omitUndefined<{ a?: number; b?: null; c?: string; d?: boolean; e?: number }>({
    a: undefined,
    b: null,
    c: '',
    d: false,
    e: 0,
  })
  expect(Object.keys(value)).toEqual(['b', 'c', 'd', 'e'])
})
