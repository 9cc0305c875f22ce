import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { createVendorSimulator, createVirtualClock } from '../../src/testing/index.ts'
import { caught } from '../support/caught.ts'

test('stands still until it is advanced, and wakes sleepers in order of time', async () => {
  const clock = createVirtualClock({ now: 1000 })
  const woken: string[] = []
  const sleep = async (name: string, ms: number) => {
    await clock.sleep(ms)
    woken.push(`${name}@${clock.now()}`)
  }
  void sleep('late', 300)
  void sleep('early', 100)
  void sleep('tied', 300)
  await clock.advance(99)
  expect(woken).toEqual([])
  await clock.advance(500)
  expect(woken).toEqual(['early@1100', 'late@1300', 'tied@1300'])
  expect(clock.now()).toBe(1599)
})

test('a sleeper that falls asleep again is woken again within one advance', async () => {
  const clock = createVirtualClock()
  const times: number[] = []
  const loop = (async () => {
    for (let round = 0; round < 4; round++) {
      await clock.sleep(250)
      times.push(clock.now())
    }
  })()
  await clock.advance(1000)
  await loop
  expect(times).toEqual([250, 500, 750, 1000])
})

test('an aborted sleep rejects with the reason of the signal and leaves no listener', async () => {
  const clock = createVirtualClock()
  const controller = new AbortController()
  let listeners = 0
  const { signal } = controller
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners++
    add(...args)
  }
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners--
    remove(...args)
  }
  const woken = clock.sleep(10, { signal })
  await clock.advance(10)
  await woken
  expect(listeners).toBe(0)
  const reason = new Error('enough')
  const aborted = clock.sleep(10, { signal })
  controller.abort(reason)
  await expect(aborted).rejects.toBe(reason)
  await expect(clock.sleep(10, { signal })).rejects.toBe(reason)
  expect(listeners).toBe(0)
  await clock.advance(100)
})

test('many sleeps on one signal share a listener, so that Node warns of no leak', async () => {
  const clock = createVirtualClock()
  const controller = new AbortController()
  const { signal } = controller
  const woken = Array.from({ length: 20 }, () => clock.sleep(10, { signal }))
  const aborted = Array.from({ length: 20 }, () => caught(clock.sleep(20, { signal })))
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
  await clock.advance(10)
  await Promise.all(woken)
  controller.abort('enough')
  expect(new Set(await Promise.all(aborted))).toEqual(new Set(['enough']))
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

test('auto: a day of polling passes at once, in order across sleepers', async () => {
  const clock = createVirtualClock({ auto: true })
  const order: number[] = []
  const poll = async (every: number) => {
    while (clock.now() < 86_400_000) {
      await clock.sleep(every)
      order.push(clock.now())
    }
  }
  await Promise.all([poll(300_000), poll(420_000), poll(1_000_000)])
  expect(order).toEqual([...order].sort((a, b) => a - b))
  expect(clock.now()).toBeGreaterThanOrEqual(86_400_000)
})

test('auto: time waits for work that is still going on', async () => {
  const clock = createVirtualClock({ auto: true })
  const long = clock.sleep(10_000).then(() => clock.now())
  const chain = (async () => {
    for (let round = 0; round < 5; round++) {
      for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
      await clock.sleep(100)
    }
    return clock.now()
  })()
  expect(await chain).toBe(500)
  expect(await long).toBe(10_000)
})

test('refuses to go back, and sleeps of nothing are over at once', async () => {
  const clock = createVirtualClock()
  await expect(clock.advance(-1)).rejects.toThrow(RangeError)
  await clock.sleep(0)
  expect(clock.now()).toBe(0)
})

test('auto: forty pollers over loopback each ask at their own exact times', async () => {
  const clock = createVirtualClock({ auto: true })
  const simulator = createVendorSimulator({ clock })
  await using server = await simulator.listen()
  const polls = Array.from({ length: 40 }, async (_, index) => {
    for (let round = 0; round < 5; round++) {
      await (await fetch(`${simulator.tyk.baseUrl(server.origin)}/exports/${index}`)).text()
      await clock.sleep(1000 + index)
    }
  })
  await Promise.all(polls)
  for (const { path, at } of simulator.requests) expect(at % (1000 + Number(path.split('/').at(-1)))).toBe(0)
  expect(simulator.requests).toHaveLength(200)
})
