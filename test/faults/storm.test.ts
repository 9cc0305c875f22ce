import { getResponse } from 'msw'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type ExportClient, type ExportJob, waitForCompletion } from '../../src/index.ts'
import { createVendorSimulator, createVirtualClock, type VirtualClock } from '../../src/testing/index.ts'
import { anacondaServiceAccount } from '../../src/vendors/anaconda.ts'
import { didomiApiKey } from '../../src/vendors/didomi.ts'
import { caughtError } from '../support/caught.ts'
import { type VendorName, vendorNames, vendors } from '../support/vendors.ts'

// The same spread of every pause, so that two waits differ by the storm alone.
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0.5))
afterEach(() => void vi.restoreAllMocks())

const second = 1_000
const minute = 60 * second

/** When the vendor answers nothing but 503, in ms. */
interface Storm {
  readonly from: number
  readonly to: number
}

/** A vendor in virtual time that has storms, and counts what it is asked. */
function createStormyVendor(name: VendorName, storm?: Storm) {
  const clock: VirtualClock = createVirtualClock({ auto: true })
  const simulator = createVendorSimulator({ clock })
  const vendor = simulator[name]
  let requests = 0
  const fetch = async (...request: Parameters<typeof globalThis.fetch>): Promise<Response> => {
    requests++
    const isStormy = storm !== undefined && clock.now() >= storm.from && clock.now() < storm.to
    if (isStormy) return new Response('<h1>Service Unavailable</h1>', { status: 503 })
    return (await getResponse(simulator.handlers, new Request(...request))) as Response
  }
  const options = { clock, fetch, baseUrl: vendor.baseUrl(), token: vendor.token }
  return {
    clock,
    simulator,
    vendor,
    fetch,
    requests: () => requests,
    create: (more = {}): ExportClient<unknown, ExportJob> => vendors[name].create({ ...options, ...more }),
  }
}

/**
 * How many requests it takes to wait for an export that runs for half an hour. Several times, begun at other fractions
 * of a second, which some vendors leave out of their instants.
 */
async function requestsOfWaits(name: VendorName, storm?: Storm, progress = true): Promise<number> {
  let sum = 0
  for (const fraction of [0, 200, 400, 600, 800]) {
    vi.spyOn(Date, 'now').mockReturnValue(Date.UTC(2026, 0, 1) + fraction)
    const { clock, vendor, create, requests } = createStormyVendor(name, storm)
    const ref = vendor.add({ pending: 0, running: 30 * minute, progress })
    const job = await waitForCompletion(create(), ref, { clock, tolerate: '11m' })
    expect(job.status).toBe('completed')
    sum += requests()
  }
  return sum
}

describe.each(vendorNames)('ten minutes of 503 from %s', (name) => {
  test.each([1, 10, 19])('after %i minutes cost a wait at most a tenth more requests', async (minutes) => {
    const storm = { from: minutes * minute, to: (minutes + 10) * minute }
    const healthy = await requestsOfWaits(name)
    expect(await requestsOfWaits(name, storm)).toBeLessThanOrEqual(1.1 * healthy)
  })

  // Nobody can know the progress of an export that was never seen: it is measured by one that shows none.
  test('before the first answer cost a wait at most a tenth more requests', async () => {
    const healthy = await requestsOfWaits(name, undefined, false)
    const storm = { from: 0, to: 10 * minute }
    expect(await requestsOfWaits(name, storm, false)).toBeLessThanOrEqual(1.1 * healthy)
  })

  test.each([0, 1, 2, 5])('`get` with %i retries makes one request more than that', async (retries) => {
    const { vendor, create, requests } = createStormyVendor(name, { from: 0, to: 10 * minute })
    const error = await caughtError(create().get(vendor.add(), { retries }))
    expect(error).toMatchObject({ code: 'server-error', httpStatus: 503 })
    expect(requests()).toBe(retries + 1)
  })
})

type Stormy = ReturnType<typeof createStormyVendor>

/** The vendors' own token functions, whose requests meet the storm as well. */
const tokenFunctions: [VendorName, (stormy: Stormy) => unknown][] = [
  [
    'anaconda',
    ({ simulator, fetch }) => anacondaServiceAccount({ ...simulator.anaconda.credentials, fetch }),
  ],
  ['didomi', ({ simulator, fetch }) => didomiApiKey({ ...simulator.didomi.credentials, fetch })],
]

// Otherwise the retries of the token are taken times those of the call.
describe.each(tokenFunctions)('a storm over the tokens of %s', (name, createToken) => {
  test('`get` with 2 retries asks for 3 tokens', async () => {
    const stormy = createStormyVendor(name, { from: 0, to: minute })
    await caughtError(stormy.create({ token: createToken(stormy) }).get(stormy.vendor.add()))
    expect(stormy.requests()).toBe(3)
  })

  test('a poll of a wait asks for one', async () => {
    const stormy = createStormyVendor(name, { from: 0, to: 3 * second })
    const ref = stormy.vendor.add({ pending: 0, running: second })
    let polls = 0
    const onUpdate = () => void polls++
    await waitForCompletion(stormy.create({ token: createToken(stormy) }), ref, {
      clock: stormy.clock,
      onUpdate,
    })
    // The last poll asks for the token, and then for the export.
    expect(stormy.requests()).toBe(polls + 1)
  })
})
