import { expect } from 'vitest'
import { type ExportJobsError, type WaitErrorReason, waitForCompletion } from '../../../src/index.ts'
import { caught, caughtError } from '../../support/caught.ts'
import { createCountingSignal } from '../../support/signals.ts'
import { type VendorName, vendors } from '../../support/vendors.ts'
import { naiveClock, waitErrorOf } from '../../wait/world.ts'
import { serveFaulty } from './faulty-vendor.ts'
import { watchRejections } from './floating.ts'
import type { Reply } from './wire.ts'

/** Something that goes wrong between a client and its vendor, and what must come of it. */
export interface Fault {
  /** What the vendor sends instead of its answer. */
  readonly reply?: Reply
  /** Goes elsewhere instead, where the fault is. */
  readonly fetch?: typeof globalThis.fetch
  /** Of the error out of `get`. */
  readonly name: ExportJobsError['name']
  readonly code: string
  /** The reason with which it ends a wait at once; absent where the wait goes on. */
  readonly ends?: WaitErrorReason
  /** The connection is still good after it, and kept. */
  readonly keeps?: boolean
  /** Of the client, in ms; for a fault that stops time, too. */
  readonly timeout?: number
}

const everySecond = { schedule: () => 1_000 }

/** Lets a vendor's client meet a fault in every way: `get`, a wait that outlasts it, one that does not, and aborts. */
export async function endure(vendor: VendorName, given: Fault): Promise<void> {
  const { reply, fetch = globalThis.fetch, name, code, ends, keeps = false, timeout } = given
  const { ref, completed } = vendors[vendor]
  const floating = watchRejections()
  const server = await serveFaulty(vendor)
  let isHarmed = true
  let begun = () => {}
  const client = vendors[vendor].create({
    baseUrl: server.origin,
    timeout,
    rateLimit: false,
    fetch: (input, init) => {
      if (!isHarmed || reply) return globalThis.fetch(input, init)
      const promise = fetch(input, init)
      begun()
      return promise
    },
  })
  const harm = () => {
    isHarmed = true
    if (reply) server.send(reply)
  }
  const heal = () => {
    isHarmed = false
    server.send('completed')
  }
  // A connection is kept for the next request, and one more where that came before the first was free again.
  const isLetGo = (isKept: boolean) =>
    expect.poll(server.held, { interval: 1 }).toBeLessThanOrEqual(isKept ? 2 : 0)

  harm()
  expect(await caughtError(client.get(ref, { retries: 0 }))).toMatchObject({ vendor, name, code })
  await isLetGo(keeps)

  const { controller, signal, listeners } = createCountingSignal()
  const inRequest = () => controller.abort('enough')
  server.onRequest(inRequest)
  begun = inRequest
  expect(await caught(waitForCompletion(client, ref, { signal }))).toBe('enough')
  expect(listeners()).toBe(0)
  server.onRequest(() => {})
  begun = () => {}
  await isLetGo(keeps)

  if (ends) {
    const clock = naiveClock()
    const error = await waitErrorOf(waitForCompletion(client, ref, { clock }))
    expect(error).toMatchObject({ reason: ends, cause: { name, code } })
    expect(clock.now()).toBe(0)
    heal()
    expect(await waitForCompletion(client, error.state)).toMatchObject({ status: 'completed', ref })
  } else {
    await outlasts()
    await isGivenUp()
    await isAbortedAsleep()
  }
  await isLetGo(true)
  expect(await floating()).toEqual([])

  async function outlasts() {
    const seen: string[] = []
    isHarmed = false
    server.send('running')
    const job = await waitForCompletion(client, ref, {
      ...everySecond,
      clock: naiveClock(),
      onUpdate(update) {
        seen.push(update.type === 'job' ? update.job.status : update.error.code)
        if (seen.length === 1) harm()
        if (seen.length === 3) heal()
      },
    })
    expect(seen).toEqual(['running', code, code, 'completed'])
    expect(job.raw).toEqual(vendor === 'didomi' ? (completed as { data: unknown[] }).data[0] : completed)
  }

  async function isGivenUp() {
    harm()
    const clock = naiveClock()
    const error = await waitErrorOf(waitForCompletion(client, ref, { ...everySecond, clock, timeout: '3s' }))
    expect(error).toMatchObject({ reason: 'timeout', cause: { name, code } })
    expect(clock.now()).toBe(3_000)
  }

  async function isAbortedAsleep() {
    const { controller, signal, listeners } = createCountingSignal()
    const onUpdate = () => void setImmediate(() => controller.abort('enough'))
    const wait = waitForCompletion(client, ref, { signal, schedule: () => '1h', onUpdate })
    expect(await caught(wait)).toBe('enough')
    expect(listeners()).toBe(0)
  }
}
