import { describe, expect, test } from 'vitest'
import { createSingleFlight } from '../../src/internal/single-flight.ts'

/** A call that is settled by hand, and the signals it was given. */
function byHand() {
  const calls: { signal: AbortSignal; resolve(value: string): void; reject(error: unknown): void }[] = []
  const call = (signal: AbortSignal) =>
    new Promise<string>((resolve, reject) => calls.push({ signal, resolve, reject }))
  return { call, calls }
}

const caught = (promise: Promise<unknown>) => promise.then(String, (error: unknown) => error)

describe('calls under one key', () => {
  test('are one while it is under way, and another afterwards', async () => {
    const { call, calls } = byHand()
    const share = createSingleFlight<string>()
    const both = [share.join('a', call, {}), share.join('a', call, {})]
    calls[0]?.resolve('first')
    expect(await Promise.all(both)).toEqual(['first', 'first'])
    const next = share.join('a', call, {})
    calls[1]?.resolve('second')
    expect(await next).toBe('second')
    expect(calls).toHaveLength(2)
  })

  test('under another key are another', async () => {
    const { call, calls } = byHand()
    const share = createSingleFlight<string>()
    void share.join('a', call, {})
    void share.join('b', call, {})
    expect(calls).toHaveLength(2)
  })

  test('fail together, and the next one begins anew', async () => {
    const { call, calls } = byHand()
    const share = createSingleFlight<string>()
    const both = [caught(share.join('a', call, {})), caught(share.join('a', call, {}))]
    calls[0]?.reject('broken')
    expect(await Promise.all(both)).toEqual(['broken', 'broken'])
    void share.join('a', call, {})
    expect(calls).toHaveLength(2)
  })
})

describe('an abort', () => {
  test('takes one caller out and disturbs nobody', async () => {
    const { call, calls } = byHand()
    const share = createSingleFlight<string>()
    const controller = new AbortController()
    const leaving = caught(share.join('a', call, { signal: controller.signal }))
    const staying = share.join('a', call, {})
    controller.abort('enough')
    expect(await leaving).toBe('enough')
    expect(calls[0]?.signal.aborted).toBe(false)
    const joining = share.join('a', call, {})
    calls[0]?.resolve('value')
    expect(await Promise.all([staying, joining])).toEqual(['value', 'value'])
    expect(calls).toHaveLength(1)
  })

  test('of the last caller ends the call, and a newcomer gets a call of its own', async () => {
    const { call, calls } = byHand()
    const share = createSingleFlight<string>()
    const controllers = [new AbortController(), new AbortController()]
    const leaving = controllers.map(({ signal }) => caught(share.join('a', call, { signal })))
    for (const controller of controllers) controller.abort('enough')
    await Promise.all(leaving)
    expect(calls[0]?.signal.aborted).toBe(true)
    void share.join('a', call, {})
    expect(calls).toHaveLength(2)
  })
})
