import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { anySignal, isAbortSignal, raceAbort, withTimeout } from '../../src/internal/abort.ts'
import { keepsProcessAlive, releaseProcess } from '../../src/internal/timers.ts'
import { createForeignSignal } from '../support/foreign-signal.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const timeoutError = () => new Error('late')
const limit = { ms: 1_000, timeoutError }
const never = () => new Promise<never>(() => {})

describe('withTimeout', () => {
  test('gives what the run gives, and leaves nothing behind', async () => {
    const { signal } = new AbortController()
    expect(await withTimeout(async () => 5, { signal, limit })).toBe(5)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  test.each([
    ['rejects', async () => Promise.reject(new Error('of the run'))],
    [
      'throws',
      () => {
        throw new Error('of the run')
      },
    ],
  ])('a run that %s: its error, its signal aborted, nothing left', async (_, fail) => {
    const { signal } = new AbortController()
    let own: AbortSignal | undefined
    const run = (given: AbortSignal): Promise<never> => {
      own = given
      return fail()
    }
    await expect(withTimeout(run, { signal, limit })).rejects.toThrow('of the run')
    expect(own?.aborted).toBe(true)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('is late after its timeout, heeded or not', async () => {
    let own: AbortSignal | undefined
    const run = (given: AbortSignal) => {
      own = given
      return never()
    }
    const bound = withTimeout(run, { signal: undefined, limit })
    const rejected = expect(bound).rejects.toThrow('late')
    await vi.advanceTimersByTimeAsync(999)
    expect(own?.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await rejected
    expect(own?.reason).toEqual(new Error('late'))
  })

  test.each([new Error('enough'), 'enough', null, 0])('aborted: the reason itself (%s)', async (reason) => {
    const controller = new AbortController()
    const bound = withTimeout(never, { signal: controller.signal, limit })
    const caught = bound.catch((error: unknown) => ({ error }))
    controller.abort(reason)
    expect(await caught).toEqual({ error: reason })
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('aborted before: the run is not begun', async () => {
    const run = vi.fn(never)
    const bound = withTimeout(run, { signal: AbortSignal.abort('enough'), limit })
    await expect(bound).rejects.toBe('enough')
    expect(run).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('no timer is set beyond what a timer takes', async () => {
    const set = vi.spyOn(globalThis, 'setTimeout')
    await withTimeout(async () => 5, { signal: undefined, limit: { ms: 1e15, timeoutError } })
    expect(set.mock.calls.map(([, delay]) => delay)).toEqual([2 ** 31 - 1])
  })
})

describe('raceAbort', () => {
  test('settles as the promise does', async () => {
    const { signal } = new AbortController()
    expect(await raceAbort(Promise.resolve(5), { signal })).toBe(5)
    await expect(raceAbort(Promise.reject(new Error('no')), { signal })).rejects.toThrow('no')
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  test('rejects with the reason, before and during', async () => {
    await expect(raceAbort(never(), { signal: AbortSignal.abort('before') })).rejects.toBe('before')
    const controller = new AbortController()
    const during = expect(raceAbort(never(), { signal: controller.signal })).rejects.toBe('during')
    controller.abort('during')
    await during
  })
})

test('what arrives in the turn in which time is over has arrived', async () => {
  vi.useRealTimers()
  const arrives = new Promise((resolve) => setTimeout(resolve, 5, 'value'))
  const race = raceAbort(arrives, { limit: { ms: 1, timeoutError } })
  vi.spyOn(globalThis, 'setImmediate').mockImplementation(((callback: () => void) =>
    setTimeout(callback, 50)) as never)
  expect(await race).toBe('value')
  await new Promise((resolve) => setTimeout(resolve, 60))
})

describe('a time limit keeps the process running', () => {
  const hold = async (signal: AbortSignal | undefined, keepAlive?: boolean) => {
    vi.useRealTimers()
    const set = vi.spyOn(globalThis, 'setTimeout')
    const race = raceAbort(never(), { signal, limit: { ...limit, ms: 1, keepAlive } }).catch(() => {})
    const [timer] = set.mock.results.map(({ value }) => value as NodeJS.Timeout)
    const held = timer?.hasRef()
    timer?.ref()
    await race
    return held
  }
  const released = new AbortController().signal
  releaseProcess(released)

  test.each([
    ['without a signal', undefined, undefined, true],
    ['of a signal', new AbortController().signal, undefined, true],
    ['but not of one that is released', released, undefined, false],
    ['but not where it is told so', undefined, false, false],
    ['where it is told so', released, true, true],
  ])('%s', async (_, signal, keepAlive, held) => {
    expect(await hold(signal, keepAlive)).toBe(held)
  })
})

test('a signal that breaks is an error, and no crash of a timer', async () => {
  const signal = {
    aborted: false,
    addEventListener: () => {
      throw new TypeError('broken')
    },
  }
  const race = raceAbort(never(), { signal: signal as unknown as AbortSignal, limit })
  await expect(race).rejects.toThrow('broken')
  expect(vi.getTimerCount()).toBe(0)
})

test.each([
  ['the platform`s', new AbortController().signal, true],
  ['one of less', Object.assign(new EventTarget(), { aborted: false }), true],
  ['a controller', new AbortController(), false],
  ['an EventTarget', new EventTarget(), false],
  ['a fake', { throwIfAborted() {} }, false],
  ['null', null, false],
  ['nothing', undefined, false],
])('%s is a signal: %#', (_, value, is) => {
  expect(isAbortSignal(value)).toBe(is)
})

describe('anySignal', () => {
  const own = () => {
    const controller = new AbortController()
    return { signal: controller.signal, abort: (reason: unknown) => controller.abort(reason) }
  }
  const pairs = [
    ['two of this realm', own, own],
    ['a foreign one first', createForeignSignal, own],
    ['a foreign one second', own, createForeignSignal],
    ['two foreign ones', createForeignSignal, createForeignSignal],
  ] as const

  describe.each(pairs)('%s', (_, createFirst, createSecond) => {
    test.each([0, 1])('is aborted with number %i, for its reason', async (which) => {
      const both = [createFirst(), createSecond()] as const
      const signal = anySignal(both[0].signal, both[1].signal) as AbortSignal
      expect([signal.aborted, signal.reason]).toEqual([false, undefined])
      const raced = raceAbort(new Promise(() => {}), { signal }).catch((error: unknown) => [error])
      both[which]?.abort(0)
      expect(await raced).toEqual([0])
      expect([signal.aborted, signal.reason]).toEqual([true, 0])
    })
  })

  test.each(pairs)('%s: released if one of them is', (_, createFirst, createSecond) => {
    for (const released of [[], [0], [1], [0, 1]]) {
      const both = [createFirst().signal, createSecond().signal] as const
      for (const index of released) releaseProcess(both[index] as AbortSignal)
      expect(keepsProcessAlive(anySignal(...both))).toBe(released.length === 0)
    }
  })

  test('is undefined without a signal, and a single signal itself', () => {
    const { signal } = new AbortController()
    expect([anySignal(), anySignal(undefined, undefined)]).toEqual([undefined, undefined])
    for (const given of [[signal], [undefined, signal], [signal, undefined, signal]]) {
      expect(anySignal(...given)).toBe(signal)
    }
  })

  test('leaves no listener on a foreign signal', async () => {
    const foreign = createForeignSignal()
    const signal = anySignal(foreign.signal, new AbortController().signal)
    expect(foreign.listeners()).toBe(0)
    await raceAbort(Promise.resolve(1), { signal })
    expect(foreign.listeners()).toBe(0)
  })
})
