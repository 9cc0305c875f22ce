import { describe, expect, onTestFinished, test } from 'vitest'
import { type Update, waitForCompletion } from '../../src/index.ts'
import { caught } from '../support/caught.ts'
import { secretToken, type VendorName, vendorNames } from '../support/vendors.ts'
import { reason, rest } from './support/lifecycle-phases.ts'
import { createStage, type Reply } from './support/lifecycle-stage.ts'

const secret = 'the words of the callback'

/** All the ways in which a function of the user's can go wrong. An unhandled rejection fails the run. */
const accidents: Record<string, () => unknown> = {
  'throws an error': () => {
    throw new Error(secret)
  },
  'throws nothing': () => {
    throw undefined
  },
  rejects: () => Promise.reject(new Error(secret)),
  'rejects with nothing': () => Promise.reject(),
  'rejects late': () =>
    new Promise((_, reject) => {
      setImmediate(reject, new Error(secret))
    }),
  'gives what throws when it is awaited': () => ({
    // biome-ignore lint/suspicious/noThenProperty: that is the accident
    get then() {
      throw new Error(secret)
    },
  }),
}
const names = Object.keys(accidents)

async function open(vendor: VendorName, ...replies: Reply[]) {
  const stage = await createStage(vendor)
  onTestFinished(stage.close)
  stage.script(...replies)
  return stage
}

describe.each(vendorNames)('%s: the wait goes on when', (vendor) => {
  test.each([...names, 'never ends'])('onUpdate and onRequest: one that %s', async (name) => {
    const stage = await open(vendor, 'running', 503, 'completed')
    let calls = 0
    const callback = (): never => {
      calls++
      return (accidents[name] ?? (() => new Promise(() => {})))() as never
    }
    const client = stage.createClient({ onRequest: callback })
    const clock = { now: () => 0, sleep: async () => {} }
    const job = await waitForCompletion(client, stage.ref, { clock, onUpdate: callback })
    expect(job.status).toBe('completed')
    expect(calls).toBe(6)
    await rest()
  })

  test.each(names)('the token function: one that %s', async (name) => {
    const stage = await open(vendor, 'completed')
    let calls = 0
    const token = () => (calls++ === 0 ? accidents[name]?.() : secretToken) as string
    const updates: Update[] = []
    const clock = { now: () => 0, sleep: async () => {} }
    const onUpdate = (update: Update) => void updates.push(update)
    const job = await waitForCompletion(stage.createClient({ token }), stage.ref, { clock, onUpdate })
    expect(job.status).toBe('completed')
    expect(updates).toEqual([
      expect.objectContaining({ type: 'poll-failed', error: expect.objectContaining({ code: 'network' }) }),
      { type: 'job', job },
    ])
    expect(stage.looks()).toBe(1)
  })
})

/** All who are called by a wait, and may abort it there and then. */
type Abort = () => void
const aborters: Record<string, (abort: Abort) => { client?: object; wait?: object; looks: number }> = {
  onUpdate: (abort) => ({ wait: { onUpdate: abort }, looks: 1 }),
  onRequest: (abort) => ({ client: { onRequest: abort }, looks: 1 }),
  schedule: (abort) => ({
    wait: {
      schedule: () => {
        abort()
        return '1h'
      },
    },
    looks: 1,
  }),
  'the clock': (abort) => ({ wait: { clock: { now: () => 0, sleep: async () => abort() } }, looks: 1 }),
  'the token function': (abort) => ({
    client: {
      token: () => {
        abort()
        return secretToken
      },
    },
    looks: 0,
  }),
  'a token function that then throws': (abort) => ({
    client: {
      token: () => {
        abort()
        throw new Error(secret)
      },
    },
    looks: 0,
  }),
  fetch: (abort) => ({
    client: {
      fetch: (...given: Parameters<typeof fetch>) => {
        const response = fetch(...given)
        abort()
        return response
      },
    },
    looks: 0,
  }),
}

describe.each(vendorNames)(
  '%s: the reason comes out, and nothing more is asked, of an abort in',
  (vendor) => {
    test.each(Object.entries(aborters))('%s', async (_, make) => {
      const stage = await open(vendor, 'running')
      const controller = new AbortController()
      const { client = {}, wait = {}, looks } = make(() => controller.abort(reason))
      const call = waitForCompletion(stage.createClient(client), stage.ref, {
        schedule: { minDelay: '1h', maxDelay: '1h' },
        timeout: '2h',
        ...wait,
        signal: controller.signal,
      })
      expect(await caught(call)).toBe(reason)
      await rest()
      expect(stage.looks()).toBe(looks)
    })

    test('onUpdate, once the export is completed: what was told counts', async () => {
      const stage = await open(vendor, 'completed')
      const controller = new AbortController()
      const onUpdate = () => controller.abort(reason)
      const job = await waitForCompletion(stage.createClient(), stage.ref, {
        signal: controller.signal,
        onUpdate,
      })
      expect(job.status).toBe('completed')
    })
  },
)
