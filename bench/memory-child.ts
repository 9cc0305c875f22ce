// Weighs sleeping waits of one kind: forked with the vendor's address and the kind.
import { subscribe } from 'node:diagnostics_channel'
import { createTykClient, waitForCompletion } from './ours.ts'
import { createWaits } from './waits.ts'

const [baseUrl = '', kind = '', count = ''] = process.argv.slice(2)
const waits = Number(count)
const tenMinutes = 600_000
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const client = createTykClient({ baseUrl, token: 'secret-token-0123456789' })
const { signal } = new AbortController()

const kinds: Readonly<Record<string, (id: string) => PromiseLike<unknown>>> = {
  ...createWaits(baseUrl, tenMinutes),
  // The vendor's Retry-After of ten minutes is what keeps this one asleep.
  ours: (id) => waitForCompletion(client, id),
  'ours-options': (id) =>
    waitForCompletion(client, id, {
      timeout: '2h',
      schedule: { minDelay: '10m', maxDelay: '15m' },
      stallAfter: '1h',
      onUpdate: () => {},
    }),
  'ours-signal': (id) => waitForCompletion(client, id, { timeout: '2h', signal }),
}

const wait = kinds[kind] as (id: string) => PromiseLike<unknown>
// core-lro begins with a request of its own.
const polls = kind === 'core-lro' ? 2 : 1
let answered = 0
subscribe('undici:request:trailers', () => {
  answered++
})
const ids = Array.from({ length: waits + 500 }, (_, index) => `export-${index}`)
const held: PromiseLike<unknown>[] = []

/** Starts waits in small groups, so that no kind is charged for thousands of sockets. */
async function start(from: number, to: number): Promise<void> {
  for (let index = from; index < to; index += 50) {
    for (const id of ids.slice(index, Math.min(index + 50, to))) held.push(wait(id))
    await untilAnswered(Math.min(index + 50, to))
  }
}

// Timers would not tell: a request under way may have one, too.
async function untilAnswered(count: number): Promise<void> {
  while (answered < count * polls) await new Promise((resolve) => setImmediate(resolve))
}

async function heap(): Promise<number> {
  await sleep(300)
  for (let time = 0; time < 6; time++) {
    globalThis.gc?.()
    await sleep(30)
  }
  return process.memoryUsage().heapUsed
}

// What is loaded and compiled at the first use is no part of a wait.
await start(0, 500)
held.length = 500
const before = await heap()
await start(500, waits + 500)
const after = await heap()
process.send?.({ bytes: (after - before) / waits })
process.exit()
