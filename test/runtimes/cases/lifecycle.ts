import { waitForCompletion, watch } from 'export-jobs'
import { type Case, caught, check, expect } from '../harness.ts'
import { pause, quickly, type World } from '../world.ts'

const reasons = { 'an error': new Error('enough'), 'a text': 'enough', null: null }

type Run = (signal: AbortSignal, abort: () => void) => Promise<unknown>

/** Looks whether it is the signal's own reason that comes out, a moment after `run` has called for the abort. */
async function aborted(reason: unknown, run: Run): Promise<void> {
  const controller = new AbortController()
  const abort = () => void setTimeout(() => controller.abort(reason), 20)
  const error = await caught(run(controller.signal, abort))
  check(error === reason, `rejected with ${error}, not with the reason of the signal`)
}

const ofEach = (world: World, what: string, reason: unknown): Case[] => [
  {
    name: `abort, ${what}: before there is a request`,
    async run() {
      const { baseUrl, seen } = world.fault('running')
      const error = await caught(world.tyk({ baseUrl }).get('exp-1', { signal: AbortSignal.abort(reason) }))
      check(error === reason, `rejected with ${error}`)
      expect((await seen()).requests, [])
    },
  },
  ...['headers', 'body'].flatMap((part) => {
    const start = () => {
      const { baseUrl, ...fault } = world.fault(`stalled-${part}`)
      return { client: world.tyk({ baseUrl }), ...fault }
    }
    return [
      {
        name: `abort, ${what}: in the ${part}`,
        async run() {
          const { client, reached, abandoned } = start()
          await aborted(reason, (signal, abort) => {
            void reached().then(abort)
            return client.get('exp-1', { signal })
          })
          await abandoned()
        },
      },
      {
        name: `abort, ${what}: in the ${part}, in a wait`,
        async run() {
          const { client, reached, abandoned } = start()
          await aborted(reason, (signal, abort) => {
            void reached().then(abort)
            return waitForCompletion(client, 'exp-1', { signal })
          })
          await abandoned()
        },
      },
    ]
  }),
  {
    name: `abort, ${what}: in the sleep of a wait`,
    async run() {
      const { baseUrl, seen } = world.fault('running')
      const schedule = () => '1h' as const
      await aborted(reason, (signal, onUpdate) =>
        waitForCompletion(world.tyk({ baseUrl }), 'exp-1', { schedule, signal, onUpdate }),
      )
      expect((await seen()).requests.length, 1)
    },
  },
  {
    name: `abort, ${what}: in the pause before another attempt`,
    async run() {
      const { baseUrl, seen } = world.fault('always-503')
      await aborted(reason, (signal, onRequest) => world.tyk({ baseUrl, onRequest }).get('exp-1', { signal }))
      expect((await seen()).requests.length, 1)
    },
  },
  {
    name: `abort, ${what}: in a token function`,
    run: () =>
      aborted(reason, (signal, abort) => {
        const token = () => {
          abort()
          return new Promise<string>(() => {})
        }
        return world.tyk({ token }).get('exp-1', { signal })
      }),
  },
  {
    name: `abort, ${what}: in the queue`,
    async run() {
      const { baseUrl, reached, seen } = world.fault('stalled-headers')
      const client = world.tyk({ baseUrl, concurrency: 1 })
      const first = new AbortController()
      const held = caught(client.get('exp-1', { signal: first.signal }))
      await reached()
      await aborted(reason, (signal, abort) => {
        abort()
        return client.get('exp-2', { signal })
      })
      first.abort()
      await held
      expect((await seen()).requests.length, 1)
    },
  },
  {
    name: `abort, ${what}: in a download`,
    async run() {
      const { baseUrl, abandoned } = world.fault('stalled-download')
      await aborted(reason, async (signal, abort) => {
        const { body } = await world.tyk({ baseUrl }).openDownload('exp-1', { signal })
        const reader = body.getReader()
        expect(new TextDecoder().decode((await reader.read()).value), 'half')
        abort()
        return reader.read()
      })
      await abandoned()
    },
  },
]

export const lifecycle = (world: World): Case[] => [
  ...Object.entries(reasons).flatMap(([what, reason]) => ofEach(world, what, reason)),
  {
    name: 'abort without a reason: the one that the signal has made',
    async run() {
      const { baseUrl } = world.fault('stalled-headers')
      const controller = new AbortController()
      setTimeout(() => controller.abort(), 30)
      const error = await caught(world.tyk({ baseUrl }).get('exp-1', { signal: controller.signal }))
      expect([error === controller.signal.reason, error.name], [true, 'AbortError'])
    },
  },
  {
    name: 'AbortSignal.timeout and AbortSignal.any: their own reason',
    async run() {
      const { baseUrl } = world.fault('stalled-headers')
      const signal = AbortSignal.any([AbortSignal.timeout(30), new AbortController().signal])
      const error = await caught(world.tyk({ baseUrl }).get('exp-1', { signal }))
      expect([error === signal.reason, error.name], [true, 'TimeoutError'])
    },
  },
  {
    name: 'a download that is cancelled lets go of its connection',
    async run() {
      const { baseUrl, abandoned } = world.fault('endless')
      const { body } = await world.tyk({ baseUrl }).openDownload('exp-1')
      await body.cancel()
      await abandoned()
    },
  },
  {
    name: 'a download that was opened and is aborted unread lets go of its connection',
    async run() {
      const { baseUrl, abandoned } = world.fault('endless')
      const controller = new AbortController()
      const { body } = await world.tyk({ baseUrl }).openDownload('exp-1', { signal: controller.signal })
      controller.abort('enough')
      await abandoned()
      expect(await caught(body.getReader().read()), 'enough')
    },
  },
  {
    name: '`break` ends a watch',
    async run() {
      const { baseUrl, seen } = world.fault('running')
      for await (const update of watch(world.tyk({ baseUrl }), 'exp-1', quickly)) {
        expect(update, { type: 'job' })
        break
      }
      await pause(60)
      expect((await seen()).requests.length, 1)
    },
  },
  {
    name: 'a sleep of months does not fire at once',
    async run() {
      const { baseUrl, seen } = world.fault('running')
      const client = world.tyk({ baseUrl })
      const options = { schedule: () => '30d' as const, timeout: '90d' as const }
      await aborted('enough', (signal, onUpdate) =>
        waitForCompletion(client, 'exp-1', { ...options, signal, onUpdate }),
      )
      expect((await seen()).requests.length, 1)
    },
  },
  {
    name: 'callbacks that throw or reject disturb nothing',
    async run() {
      const onUpdate = () => {
        throw new Error('from onUpdate')
      }
      const onRequest = async () => Promise.reject(new Error('from onRequest'))
      const client = world.tyk({ onRequest: onRequest as () => never })
      const job = await waitForCompletion(client, (await world.add('tyk')) as string, {
        ...quickly,
        onUpdate,
      })
      expect(job, { status: 'completed' })
    },
  },
  {
    name: 'no listener is left on the signal',
    async run() {
      const { signal } = new AbortController()
      let listeners = 0
      const { addEventListener, removeEventListener } = signal
      signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
        listeners++
        addEventListener.apply(signal, given)
      }
      signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
        listeners--
        removeEventListener.apply(signal, given)
      }
      const ref = (await world.add('tyk')) as string
      await waitForCompletion(world.tyk(), ref, { ...quickly, signal })
      await world.tyk().get(ref, { signal })
      expect(listeners, 0)
    },
  },
]
