import { describe, expect, onTestFinished, test } from 'vitest'
import { caught } from '../support/caught.ts'
import { createCountingSignal } from '../support/signals.ts'
import { type VendorName, vendorNames } from '../support/vendors.ts'
import { phasesOf, reason, rest, wait } from './support/lifecycle-phases.ts'
import { createStage } from './support/lifecycle-stage.ts'

const completed = expect.objectContaining({ status: 'completed' })

async function open(vendor: VendorName) {
  const stage = await createStage(vendor)
  onTestFinished(stage.close)
  return { stage, ...createCountingSignal() }
}

describe.each(vendorNames)('%s: an abort of', (vendor) => {
  test.each(phasesOf(vendor))('%s', async (_, phase) => {
    const { stage, controller, listeners } = await open(vendor)
    const { client, call, others = [], toCome = 0, isSpent = false } = await phase(stage, controller)
    const outcome = caught(call)
    await rest()
    controller.abort(reason)
    expect(await outcome).toBe(reason)
    expect(listeners()).toBe(0)

    const looks = stage.looks() + toCome
    stage.release()
    expect(await Promise.all(others)).toEqual(others.map(() => completed))
    // It has neither kept its place nor broken anything.
    if (!isSpent) expect(await client.get(stage.ref)).toEqual(completed)
    expect(stage.looks()).toBe(isSpent ? looks : looks + 1)
    await expect.poll(stage.sockets, { interval: 2 }).toBe(0)
  })

  test('a wait while connecting', async () => {
    const { stage, controller, signal, listeners } = await open(vendor)
    // A TLS handshake that nobody answers. Its socket is not the wait's to close: Node's fetch keeps it for 10 s.
    const client = stage.createClient({ baseUrl: `https://127.0.0.1:${stage.port}` })
    const outcome = caught(wait(client, stage, { signal }))
    await stage.asked(1)
    controller.abort(reason)
    expect(await outcome).toBe(reason)
    expect(listeners()).toBe(0)
  })
})
