import { afterEach, describe, expect, test, vi } from 'vitest'
import { caughtError } from '../support/caught.ts'
import { createPlainClient } from '../support/vendors.ts'

// In a file without sockets: those that are kept set timers, too.
describe('a refusal whose explanation does not end', () => {
  afterEach(() => vi.useRealTimers())

  test('is told without it, soon', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const cancel = vi.fn()
    const fetch = async () => new Response(new ReadableStream({ cancel }), { status: 403 })
    const error = caughtError(createPlainClient({ fetch }).get('exp-1'))
    await vi.advanceTimersByTimeAsync(2_000)
    expect(await error).toMatchObject({ code: 'forbidden', problem: {} })
    expect(cancel).toHaveBeenCalledTimes(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('and one that does leaves no timer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const fetch = async () => Response.json({ error: 'no' }, { status: 403 })
    const error = await caughtError(createPlainClient({ fetch }).get('exp-1'))
    expect(error).toMatchObject({ problem: { title: 'no' } })
    expect(vi.getTimerCount()).toBe(0)
  })
})
