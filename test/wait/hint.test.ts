import { describe, expect, test } from 'vitest'
import { waitForCompletion } from '../../src/index.ts'
import {
  type AcmeJob,
  apiError,
  completed,
  gaps,
  naiveClock,
  pending,
  running,
  scripted,
  unknown,
  waitErrorOf,
} from './world.ts'

const schedule = () => '5s' as const

describe('what a vendor asks for is a floor for the next poll only', () => {
  test.each([
    ['with a job', running({ retryAfter: 60_000 })],
    ['with a pending job', pending({ retryAfter: 60_000 })],
    ['with a job of unknown status', unknown({ retryAfter: 60_000 })],
    ['with 429', apiError(429, { retryAfter: 60_000 })],
    ['with 503', apiError(503, { retryAfter: 60_000 })],
    ['with 404', apiError(404, { retryAfter: 60_000 })],
  ])('%s', async (_, step) => {
    const clock = naiveClock()
    const client = scripted(clock, running(), step, running(), running(), completed)
    expect(await waitForCompletion(client, 'e1', { clock, schedule })).toBe(completed)
    expect(gaps(client.times)).toEqual([5_000, 60_000, 5_000, 5_000])
  })

  test('a hint shorter than the schedule changes nothing', async () => {
    const clock = naiveClock()
    const client = scripted(clock, running({ retryAfter: 1_000 }), completed)
    await waitForCompletion(client, 'e1', { clock, schedule })
    expect(client.times).toEqual([0, 5_000])
  })

  test.each([0, -1, Number.NaN, '60000', true, 86_400_001])('%j is no hint', async (retryAfter) => {
    const clock = naiveClock()
    const client = scripted(clock, running({ retryAfter: retryAfter as number }), completed)
    const hints: unknown[] = []
    await waitForCompletion(client, 'e1', {
      clock,
      timeout: '2d',
      schedule: ({ hint }) => {
        hints.push(hint)
        return 5_000
      },
    })
    expect(client.times).toEqual([0, 5_000])
    expect(hints).toEqual([undefined])
  })

  test('a day is one', async () => {
    const clock = naiveClock()
    const client = scripted(clock, running({ retryAfter: 86_400_000 }), completed)
    await waitForCompletion(client, 'e1', { clock, schedule, timeout: '2d' })
    expect(client.times).toEqual([0, 86_400_000])
  })

  test('it goes before maxDelay', async () => {
    const clock = naiveClock()
    const client = scripted(clock, running({ retryAfter: 60_000 }), completed)
    await waitForCompletion(client, 'e1', { clock, schedule: { maxDelay: '2s' } })
    expect(client.times).toEqual([0, 60_000])
  })

  test('the schedule is told of it', async () => {
    const clock = naiveClock()
    const hints: (number | undefined)[] = []
    const client = scripted(
      clock,
      running({ retryAfter: 7_000 }),
      apiError(429, { retryAfter: 8_000 }),
      running(),
      completed,
    )
    await waitForCompletion(client, 'e1', {
      clock,
      schedule: ({ hint }) => {
        hints.push(hint)
        return 0
      },
    })
    expect(hints).toEqual([7_000, 8_000, undefined])
  })
})

describe('a hint past the deadline ends the wait now', () => {
  const options = { schedule, timeout: '1m' } as const
  test.each<[string, AcmeJob | Error, string]>([
    ['a job', running({ retryAfter: 60_001 }), 'timeout'],
    ['a job of unknown status', unknown({ retryAfter: 60_001 }), 'unknown-status'],
    ['429', apiError(429, { retryAfter: 60_001 }), 'timeout'],
    ['503', apiError(503, { retryAfter: 60_001 }), 'timeout'],
  ])('with %s', async (_, step, reason) => {
    const clock = naiveClock()
    const client = scripted(clock, step, completed)
    const before = Date.now()
    const error = await waitErrorOf(waitForCompletion(client, 'e1', { ...options, clock }))
    expect(error.reason).toBe(reason)
    expect(client.times).toEqual([0])
    expect(clock.now()).toBe(0)
    expect(error.retryAt?.getTime()).toBeGreaterThanOrEqual(before + 60_000)
    expect(error.retryAt?.getTime()).toBeLessThanOrEqual(Date.now() + 60_002)
    expect(error.message).toContain((error.retryAt as Date).toISOString())
    if (step instanceof Error) expect(error.cause).toBe(step)
    else expect(error.lastJob).toBe(step)
  })

  test('the wait can go on from there', async () => {
    const clock = naiveClock()
    const client = scripted(clock, running({ retryAfter: 90_000 }), completed)
    const error = await waitErrorOf(waitForCompletion(client, 'e1', { ...options, clock }))
    await clock.sleep(90_000)
    expect(await waitForCompletion(client, error.state, { ...options, clock })).toBe(completed)
  })

  test('a poll that comes back after the deadline is none', async () => {
    const clock = naiveClock()
    const late = async () => {
      await clock.sleep(60_001)
      return running()
    }
    const error = await waitErrorOf(waitForCompletion(scripted(clock, late), 'e1', { ...options, clock }))
    expect(error.reason).toBe('timeout')
    expect(error).not.toHaveProperty('retryAt')
  })

  test('one up to the deadline is waited for', async () => {
    const clock = naiveClock()
    const client = scripted(clock, running({ retryAfter: 60_000 }), completed)
    expect(await waitForCompletion(client, 'e1', { ...options, clock })).toBe(completed)
    expect(client.times).toEqual([0, 60_000])
  })
})
