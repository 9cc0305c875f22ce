import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Clock, pollOnce, startWait, waitForCompletion } from '../../src/index.ts'
import { createVirtualClock } from '../../src/testing/index.ts'
import { type AcmeJob, completed, naiveClock, outcome, running, scripted, waitErrorOf } from './world.ts'

const hour = 3_600_000

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

describe.each([
  ['ahead', hour],
  ['back', -hour],
])('a wall clock that jumps an hour %s at each poll', (_, jump) => {
  test.each([
    ['virtual', () => createVirtualClock({ auto: true })],
    ['naive', () => naiveClock()],
  ])('ends no wait early or late on a %s clock', async (_kind, createClock) => {
    let wall = Date.UTC(2026, 0, 1)
    vi.spyOn(Date, 'now').mockImplementation(() => wall)
    const clock = createClock()
    const client = scripted(clock, () => {
      wall += jump
      return running()
    })
    const error = await waitErrorOf(
      waitForCompletion(client, 'e1', { clock, timeout: '10m', schedule: () => 60_000 }),
    )
    expect(error.reason).toBe('timeout')
    expect(client.times).toEqual(Array.from({ length: 11 }, (_, index) => index * 60_000))
  })

  test('nor on the clock of the machine', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
    const start = performance.now()
    const times: number[] = []
    const client = {
      vendor: 'acme',
      get: async (): Promise<AcmeJob> => {
        times.push(performance.now() - start)
        vi.setSystemTime(Date.now() + jump)
        return running()
      },
    }
    const wait = outcome(waitForCompletion(client, 'e1', { timeout: '10m', schedule: () => 60_000 }))
    await vi.advanceTimersByTimeAsync(hour)
    expect((await wait).error).toMatchObject({ reason: 'timeout' })
    expect(times.map(Math.round)).toEqual(Array.from({ length: 11 }, (_, index) => index * 60_000))
    expect(vi.getTimerCount()).toBe(0)
  })

  test('moves no wakeAt of an engine with a clock of its own', async () => {
    let wall = Date.UTC(2026, 0, 1)
    vi.spyOn(Date, 'now').mockImplementation(() => wall)
    const clock = naiveClock()
    const client = scripted(clock, running())
    const options = { clock, schedule: () => 60_000 } as const
    const first = await pollOnce(client, startWait('e1'), options)
    wall += jump
    await clock.sleep(60_000)
    const second = await pollOnce(client, first.state, options)
    expect((second.wakeAt as Date).getTime() - (first.wakeAt as Date).getTime()).toBe(60_000)
  })
})

describe('on the clock of the machine', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
  })

  test('a request that never comes back ends with the wait, and leaves no timer', async () => {
    let aborted = false
    const get = (_ref: string, options?: { signal?: AbortSignal | undefined }) => {
      options?.signal?.addEventListener('abort', () => {
        aborted = true
      })
      return new Promise<AcmeJob>(() => {})
    }
    const wait = outcome(waitForCompletion({ vendor: 'acme', get }, 'e1', { timeout: '1m' }))
    await vi.advanceTimersByTimeAsync(59_999)
    expect(aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(2_000)
    expect((await wait).error).toMatchObject({ code: 'wait-timeout', cause: { code: 'timeout' } })
    expect(aborted).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a last look that hangs ends soon', async () => {
    const get = vi.fn(async () => running()).mockImplementationOnce(async () => running())
    get.mockImplementation(() => new Promise(() => {}))
    const wait = outcome(
      waitForCompletion({ vendor: 'acme', get }, 'e1', { timeout: '1m', schedule: () => 3_600_000 }),
    )
    await vi.advanceTimersByTimeAsync(90_000)
    expect((await wait).error).toMatchObject({ code: 'wait-timeout', lastJob: running() })
    expect(get).toHaveBeenCalledTimes(2)
  })

  test('a last look has a moment to come back', async () => {
    const get = vi.fn(async () => running())
    get.mockImplementationOnce(async () => running())
    get.mockImplementationOnce(() => new Promise((resolve) => setTimeout(() => resolve(completed), 1_000)))
    const options = { timeout: 60_000, schedule: () => 3_600_000 }
    const wait = outcome<AcmeJob>(waitForCompletion({ vendor: 'acme', get }, 'e1', options))
    await vi.advanceTimersByTimeAsync(61_000)
    expect(await wait).toEqual({ value: completed })
  })

  test('sleeps of months are slept', async () => {
    const get = vi.fn(async () => running())
    const month = 30 * 86_400_000
    const options = { timeout: 3 * month, schedule: () => 2 * month }
    const wait = outcome(waitForCompletion({ vendor: 'acme', get }, 'e1', options))
    await vi.advanceTimersByTimeAsync(2 * month - 1)
    expect(get).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(2)
    expect(get).toHaveBeenCalledTimes(2)
    await vi.advanceTimersByTimeAsync(month)
    expect((await wait).error).toMatchObject({ code: 'wait-timeout' })
    expect(vi.getTimerCount()).toBe(0)
  })
})

test('a wait that was stopped lets the event loop read what has come before it looks again', async () => {
  const now = performance.now.bind(performance)
  let stoppedFor = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now() + stoppedFor)
  const reads = vi.spyOn(globalThis, 'setImmediate')
  const readsBefore: number[] = []
  const client = {
    vendor: 'acme',
    get: async (): Promise<AcmeJob> => {
      readsBefore.push(reads.mock.calls.length)
      return readsBefore.length < 3 ? running() : completed
    },
  }
  const onUpdate = () => {
    reads.mockClear()
    stoppedFor += 5_000
  }
  await waitForCompletion(client, 'e1', { schedule: () => 1, onUpdate })
  expect(readsBefore).toEqual([0, 1, 1])
})

describe('a state holds instants of the wall clock', () => {
  const startOf = async (clock?: Clock) => {
    const client = { vendor: 'acme', get: async () => running() }
    return (await pollOnce(client, startWait('e1'), { clock })).state.startedAt as number
  }

  test('wherever the clock began', async () => {
    vi.spyOn(Date, 'now').mockReturnValue(1_000_000)
    expect(await startOf(naiveClock(5_000))).toBe(1_000_000)
  })

  test('as it is now, on the clock of the machine: it may have been set meanwhile', async () => {
    const now = vi.spyOn(Date, 'now').mockReturnValue(1_000_000)
    expect(await startOf()).toBeCloseTo(1_000_000, -4)
    now.mockReturnValue(9_000_000)
    expect(await startOf()).toBeCloseTo(9_000_000, -4)
  })
})
