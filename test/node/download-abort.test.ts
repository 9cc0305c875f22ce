import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { download } from '../../src/node/index.ts'
import { caught } from '../support/caught.ts'
import type { Twist } from '../support/file-server.ts'
import { createCountingSignal } from '../support/signals.ts'
import { createPlainClient } from '../support/vendors.ts'
import { completedJob, createWorld, etag, id, jsonOf, openFiles, type World } from './world.ts'

const content = jsonOf(10_000)
const left = ['out.json.part', 'out.json.part.json']
const hang: Twist = { after: 4_000, hangs: true }

type Run = (world: World, signal: AbortSignal, abort: () => void) => Promise<unknown>

const moments: [when: string, twists: Twist[], run: Run][] = [
  [
    'before it begins',
    [],
    (world, signal, abort) => {
      abort()
      return world.download({ signal })
    },
  ],
  [
    'while it waits for the export',
    [],
    (world, signal, abort) => {
      const client = createPlainClient({ fetch: () => new Promise<never>(abort) })
      return download(client, id, { to: world.to, signal, wait: { clock: world.clock, signal: undefined } })
    },
  ],
  [
    'while it opens the file',
    [],
    (world, signal, abort) => {
      const client = createPlainClient({ fetch: () => new Promise<never>(abort) })
      return download(client, id, { to: world.to, signal })
    },
  ],
  [
    'when the first bytes have arrived',
    [hang],
    (world, signal, abort) => world.download({ signal, onProgress: abort }),
  ],
  [
    'while it waits for more',
    [hang],
    (world, signal, abort) => world.download({ signal, onProgress: () => setImmediate(abort) }),
  ],
  [
    'when the last bytes have arrived',
    [],
    (world, signal, abort) =>
      world.download({ signal, onProgress: ({ bytes }) => bytes === content.length && abort() }),
  ],
  [
    'in the pause before another attempt',
    [{ after: 4_000 }, { status: 500 }],
    (world, signal, abort) => {
      const sleep: typeof world.clock.sleep = (ms, options) => {
        const sleeping = world.clock.sleep(ms, options)
        if (ms > 200) abort()
        return sleeping
      }
      return world.download({ signal, wait: { clock: { now: world.clock.now, sleep } } })
    },
  ],
  [
    'while it opens the rest',
    [hang],
    async (world, signal, abort) => {
      await world.abandon(4_000)
      const client = createPlainClient({ fetch: () => new Promise<never>(abort) })
      return download(client, id, { to: world.to, signal })
    },
  ],
]

test.each(moments.flatMap((moment) => [new Error('enough'), 'enough'].map((reason) => [...moment, reason])))(
  '%s',
  async (_, twists, run, reason) => {
    const world = await createWorld({ content }, twists as Twist[])
    const { controller, signal, listeners } = createCountingSignal()
    expect(await caught((run as Run)(world, signal, () => controller.abort(reason)))).toBe(reason)
    expect(listeners()).toBe(0)
    expect(await openFiles(world.folder)).toEqual([])
    await expect.poll(() => world.server.open).toBe(0)
    const names = await world.names()
    expect(names).toEqual(names.length > 0 ? left : [])
    await world.download()
    expect(await world.saved()).toBe(content)
    if (names.length > 0) expect(world.server.ranges.slice(1)).not.toContain(undefined)
  },
)

/** A body that ignores the signal, and ends after its reader has given up. */
const bodyOf = (abort: () => void) => {
  const chunks = [Buffer.from(content)]
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = chunks.shift()
      if (chunk) return controller.enqueue(chunk)
      abort()
      controller.close()
    },
  })
}

test.each<[what: string, told: object]>([
  ['its proof', { format: 'json' }],
  ['the proof of its end', { format: 'csv' }],
  ['the sum of it', { size: content.length, digest: { algorithm: 'sha-256', value: 'AAAA' } }],
  ['the last step', { size: content.length }],
])('before %s', async (_, told) => {
  const world = await createWorld()
  const { controller, signal, listeners } = createCountingSignal()
  const client = {
    ...createPlainClient(),
    get: async () => completedJob(id),
    openDownload: async () => ({ body: bodyOf(() => controller.abort('enough')), start: 0, etag, ...told }),
  }
  expect(await caught(download(client, id, { to: world.to, signal }))).toBe('enough')
  expect(await world.names()).toEqual(left)
  expect(await readFile(world.part, 'utf8')).toBe(content)
  expect(await openFiles(world.folder)).toEqual([])
  expect(listeners()).toBe(0)
})

test('before it begins, when the part is complete already', async () => {
  const world = await createWorld({ content })
  await world.abandon(content.length)
  expect(await caught(world.download({ signal: AbortSignal.abort('enough') }))).toBe('enough')
  expect(await world.names()).toEqual(left)
})

test('the signal may also come from `wait`: it aborts the wait', async () => {
  const world = await createWorld({ content })
  const signal = AbortSignal.abort('enough')
  const waiting = download(createPlainClient(), completedJob(id), { to: world.to, wait: { signal } })
  expect(await caught(waiting)).toBe('enough')
})
