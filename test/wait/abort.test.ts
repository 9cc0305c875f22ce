import { getEventListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { pollOnce, startWait, waitForCompletion, watch } from '../../src/index.ts'
import { createVirtualClock } from '../../src/testing/index.ts'
import { type AcmeClient, type AcmeJob, completed, naiveClock, outcome, running, scripted } from './world.ts'

const reasons: [string, unknown][] = [
  ['an Error', new Error('enough')],
  ['a word', 'enough'],
  ['null', null],
  ['zero', 0],
  ['no text', ''],
  ['an object', { why: 'enough' }],
]

describe.each(reasons)('the signal`s reason is what comes out: %s', (_, reason) => {
  test('before the wait, without a request', async () => {
    const get = vi.fn(async () => completed)
    const options = { signal: AbortSignal.abort(reason) }
    for (const promise of [
      waitForCompletion({ vendor: 'acme', get }, 'e1', options),
      watch({ vendor: 'acme', get }, 'e1', options).next(),
      pollOnce({ vendor: 'acme', get }, startWait('e1'), options),
    ]) {
      expect(await outcome<unknown>(promise)).toEqual({ error: reason })
    }
    expect(get).not.toHaveBeenCalled()
  })

  test.each(['heeds the signal', 'pays no heed to it'])('during a request that %s', async (kind) => {
    const controller = new AbortController()
    let own: AbortSignal | undefined
    const client: AcmeClient = {
      vendor: 'acme',
      get: (_ref, { signal } = {}) => {
        own = signal
        setImmediate(() => controller.abort(reason))
        return new Promise<AcmeJob>((_resolve, reject) => {
          if (kind === 'heeds the signal') {
            signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))
          }
        })
      },
    }
    const wait = waitForCompletion(client, 'e1', { signal: controller.signal, clock: naiveClock() })
    expect(await outcome(wait)).toEqual({ error: reason })
    expect(own?.aborted).toBe(true)
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  })

  test('during a sleep', async () => {
    const clock = createVirtualClock()
    const controller = new AbortController()
    const client = scripted(clock, running())
    const wait = outcome(waitForCompletion(client, 'e1', { signal: controller.signal, clock }))
    await clock.advance(500)
    controller.abort(reason)
    expect(await wait).toEqual({ error: reason })
    expect(client.times).toHaveLength(1)
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  })

  test('during a sleep of the system`s clock', async () => {
    const controller = new AbortController()
    const client = scripted(naiveClock(), running())
    const wait = outcome(waitForCompletion(client, 'e1', { signal: controller.signal }))
    await new Promise((resolve) => setImmediate(resolve))
    controller.abort(reason)
    expect(await wait).toEqual({ error: reason })
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  })
})

/** As in jsdom and polyfills: it has less than the runtime's own, and its reason may be undefined. */
function foreignSignal() {
  const target = new EventTarget()
  const signal = Object.assign(target, { aborted: false, reason: undefined as unknown })
  const abort = (reason?: unknown) => {
    Object.assign(signal, { aborted: true, reason })
    target.dispatchEvent(new Event('abort'))
  }
  return { signal: signal as unknown as AbortSignal, abort }
}

describe.each([undefined, null, 0, '', 'enough'])(
  'a signal without throwIfAborted, aborted with %j',
  (reason) => {
    test('before the wait', async () => {
      const { signal, abort } = foreignSignal()
      abort(reason)
      const client = scripted(naiveClock(), completed)
      for (const promise of [
        waitForCompletion(client, 'e1', { signal }),
        watch(client, 'e1', { signal }).next(),
        pollOnce(client, startWait('e1'), { signal }),
      ]) {
        expect(
          await promise.then(
            () => 'nothing',
            (error) => [error],
          ),
        ).toEqual([reason])
      }
      expect(client.times).toEqual([])
    })

    test.each(['a request', 'a sleep'])('during %s', async (when) => {
      const get = when === 'a sleep' ? async () => running() : () => new Promise<AcmeJob>(() => {})
      for (const begin of [
        (signal: AbortSignal) => waitForCompletion({ vendor: 'acme', get }, 'e1', { signal }),
        async (signal: AbortSignal) => {
          for await (const _ of watch({ vendor: 'acme', get }, 'e1', { signal }));
        },
      ]) {
        const { signal, abort } = foreignSignal()
        const ended = begin(signal).then(
          () => 'nothing',
          (error: unknown) => [error],
        )
        await new Promise((resolve) => setImmediate(resolve))
        abort(reason)
        expect(await ended).toEqual([reason])
        expect(getEventListeners(signal, 'abort')).toHaveLength(0)
      }
    })
  },
)

test('an abort without a reason is the AbortError of the platform', async () => {
  const controller = new AbortController()
  controller.abort()
  const client = scripted(naiveClock(), completed)
  const { error } = await outcome(waitForCompletion(client, 'e1', { signal: controller.signal }))
  expect(error).toBe(controller.signal.reason)
  expect(error).toMatchObject({ name: 'AbortError' })
})

test('an abort that comes with a failure of the request goes before it', async () => {
  const clock = naiveClock()
  const controller = new AbortController()
  const client = scripted(clock, () => {
    controller.abort('enough')
    throw new TypeError('fetch failed')
  })
  expect(await outcome(waitForCompletion(client, 'e1', { clock, signal: controller.signal }))).toEqual({
    error: 'enough',
  })
})

test('a request that fails after the abort is nobody`s unhandled rejection', async () => {
  const unhandled = vi.fn()
  process.on('unhandledRejection', unhandled)
  const controller = new AbortController()
  const client = scripted(naiveClock(), async () => {
    setImmediate(() => controller.abort('enough'))
    await sleep(5)
    throw new Error('too late')
  })
  await outcome(waitForCompletion(client, 'e1', { signal: controller.signal }))
  await sleep(15)
  process.off('unhandledRejection', unhandled)
  expect(unhandled).not.toHaveBeenCalled()
})

test('the reason comes out whatever the clock of the caller rejects with', async () => {
  const controller = new AbortController()
  const clock = {
    now: () => performance.now(),
    sleep: (ms: number, { signal }: { signal?: AbortSignal | undefined } = {}) =>
      sleep(ms, undefined, signal && { signal }),
  }
  const wait = outcome(
    waitForCompletion(scripted(clock, running()), 'e1', { clock, signal: controller.signal }),
  )
  await new Promise((resolve) => setImmediate(resolve))
  controller.abort('enough')
  expect(await wait).toEqual({ error: 'enough' })
})

test('an abort ends the sleep of a clock that knows no signal', async () => {
  const controller = new AbortController()
  const clock = { now: () => 0, sleep: () => new Promise<void>(() => {}) }
  const wait = outcome(
    waitForCompletion(scripted(clock, running()), 'e1', { clock, signal: controller.signal }),
  )
  await new Promise((resolve) => setImmediate(resolve))
  controller.abort('enough')
  expect(await Promise.race([wait, sleep(50, 'still asleep')])).toEqual({ error: 'enough' })
})

test('a clock that breaks ends the wait, abort or not', async () => {
  const broken = new Error('no time')
  const clock = { now: () => 0, sleep: async () => Promise.reject(broken) }
  const client = scripted(clock, running())
  const { signal } = new AbortController()
  expect(await outcome(waitForCompletion(client, 'e1', { clock, signal }))).toEqual({ error: broken })
  expect(await outcome(waitForCompletion(client, 'e1', { clock }))).toEqual({ error: broken })
  expect(client.times).toHaveLength(2)
})
