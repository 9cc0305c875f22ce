import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type ExportJob, type WaitOptions, waitForCompletion } from '../../src/index.ts'
import { createVirtualClock } from '../../src/testing/index.ts'
import { caughtError } from '../support/caught.ts'
import { serveRaw } from '../support/serve.ts'
import { type VendorName, vendorNames, vendors } from '../support/vendors.ts'
import { answer, bodyOf } from './support/lifecycle-stage.ts'

const second = 1_000
const minute = 60_000
const hour = 60 * minute

// What a vendor's clock shows at first, far from the truth of this machine.
const vendorTime = Date.UTC(2026, 0, 1)

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

interface World {
  readonly vendor: VendorName
  /** How far the wall clock of this machine jumps at each request. */
  readonly jump?: number
  /** What the vendor asks for, by what its own clock shows. */
  readonly retryAfter?: ((now: Date) => string) | undefined
  readonly status?: number
  /** By how much each sleep takes longer than it should, until there are none left. */
  readonly oversleeps?: number[]
  /** When the export is completed; never, by default. */
  readonly completedAt?: number
}

/** Waits ten minutes, looking every minute; says when it looked. */
function run(world: World, options: WaitOptions<ExportJob> = {}) {
  const { vendor, jump = 0, retryAfter, status = 200, oversleeps = [], completedAt = Infinity } = world
  const virtual = createVirtualClock({ auto: true })
  const clock: typeof virtual = {
    ...virtual,
    sleep: (ms, given) => virtual.sleep(ms + (oversleeps.shift() ?? 0), given),
  }
  const looks: number[] = []
  const fetch = async () => {
    const now = clock.now()
    looks.push(now)
    vi.setSystemTime(Date.now() + jump)
    const date = new Date(vendorTime + now)
    const hint: Record<string, string> = retryAfter ? { 'retry-after': retryAfter(date) } : {}
    const body = bodyOf(vendor, now >= completedAt ? 'completed' : 'running')
    const headers = { 'content-type': 'application/json', date: date.toUTCString(), ...hint }
    return new Response(body, { status, headers })
  }
  const client = vendors[vendor].create({ fetch, clock })
  const given = { clock, timeout: 10 * minute, schedule: () => minute, ...options }
  return { call: waitForCompletion(client, vendors[vendor].ref, given), looks }
}

const every = (gap: number, until = 10 * minute) =>
  Array.from({ length: Math.floor(until / gap) + 1 }, (_, index) => index * gap)

const later = (ms: number) => (now: Date) => new Date(now.getTime() + ms).toUTCString()

describe.each(vendorNames)('%s: a wall clock that jumps', (vendor) => {
  const hints: [what: string, retryAfter: World['retryAfter'], status: number, gap: number][] = [
    ['without a hint', undefined, 200, minute],
    ['with a hint in seconds', () => '120', 200, 2 * minute],
    ['with a hint as a date', later(2 * minute), 200, 2 * minute],
    ['with a hint as a date, and an error', later(2 * minute), 503, 2 * minute],
  ]
  describe.each([
    ['an hour ahead', hour],
    ['an hour back', -hour],
  ])('%s', (_, jump) => {
    test.each(hints)('%s', async (_, retryAfter, status, gap) => {
      vi.setSystemTime(vendorTime)
      const { call, looks } = run({ vendor, jump, retryAfter, status }, { tolerate: '1h' })
      expect(await caughtError(call)).toMatchObject({ reason: 'timeout' })
      expect(looks).toEqual(every(gap))
    })
  })
})

describe.each(vendorNames)('%s: a process that was stopped for half a minute', (vendor) => {
  const stop = 30 * second
  const often = { schedule: () => second } as const

  test('looks once when it wakes, and goes on as before', async () => {
    const world = { vendor, oversleeps: [0, stop], completedAt: 35 * second }
    const { call, looks } = run(world, often)
    expect((await call).status).toBe('completed')
    expect(looks).toEqual([0, 1, 32, 33, 34, 35].map((at) => at * second))
  })

  test('has one last look at what came to its end meanwhile', async () => {
    const world = { vendor, oversleeps: [0, stop], completedAt: 10 * second }
    const { call, looks } = run(world, { ...often, timeout: 20 * second })
    expect((await call).status).toBe('completed')
    expect(looks).toEqual([0, 1, 32].map((at) => at * second))
  })

  test('ends with that look when there is nothing new', async () => {
    const { call, looks } = run({ vendor, oversleeps: [0, stop] }, { ...often, timeout: 20 * second })
    expect(await caughtError(call)).toMatchObject({ reason: 'timeout' })
    expect(looks).toEqual([0, 1, 32].map((at) => at * second))
  })
})

// As after a stop, timers are due before anything is read: an answer that has come in time is not late.
test.each(vendorNames)('%s: an answer counts that came while the process was busy', async (vendor) => {
  const timeout = 200
  const { origin } = await serveRaw((socket) => {
    socket.write(answer(200, bodyOf(vendor, 'completed')))
    const freeAt = performance.now() + 2 * timeout
    while (performance.now() < freeAt);
  })
  const client = vendors[vendor].create({ baseUrl: origin, timeout })
  expect(await client.get(vendors[vendor].ref, { retries: 0 })).toMatchObject({ status: 'completed' })
})
