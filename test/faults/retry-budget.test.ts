import { describe, expect, test } from 'vitest'
import { type ExportClient, type ExportJob, waitForCompletion } from '../../src/index.ts'
import { createVirtualClock } from '../../src/testing/index.ts'
import { caughtError } from '../support/caught.ts'
import { type VendorName, vendorNames, vendors } from '../support/vendors.ts'

// A client may have 100 retries, 500 at 5 each, before a success must earn it more.
const retriesOfBudget = 100

/** A client in virtual time, of a vendor that answers with these statuses in turn, the last one for ever. */
function createClient(...statuses: number[]) {
  return createClientOf('tyk', ...statuses)
}

function createClientOf(name: VendorName, ...statuses: number[]) {
  const { create, ref, completed } = vendors[name]
  const clock = createVirtualClock({ auto: true })
  const client: ExportClient<unknown, ExportJob> = create({ fetch, clock, rateLimit: false })
  let upcoming = statuses
  let requests = 0

  async function fetch(): Promise<Response> {
    requests++
    const [status = 200, ...later] = upcoming
    if (later.length > 0) upcoming = later
    return status === 200 ? Response.json(completed) : new Response(null, { status })
  }

  /** How many requests a piece of work makes. */
  async function counted(work: () => Promise<unknown>): Promise<number> {
    const before = requests
    await work()
    return requests - before
  }

  return {
    client,
    clock,
    ref,
    answer: (...next: number[]) => {
      upcoming = next
    },
    get: () => counted(() => client.get(ref, { retries: 2 })),
    failToGet: () => counted(() => failure(client.get(ref, { retries: 2 }))),
    counted,
  }
}

async function failure(call: Promise<unknown>): Promise<void> {
  expect(await caughtError(call)).toMatchObject({ code: 'server-error', httpStatus: 503, retryable: true })
}

type Client = ReturnType<typeof createClient>

async function inTurn(count: number, call: () => Promise<number>): Promise<number> {
  let requests = 0
  for (let calls = 0; calls < count; calls++) requests += await call()
  return requests
}

const spend = (client: Client): Promise<number> => inTurn(300, client.failToGet)

describe('a vendor that always answers 503', () => {
  test.each(vendorNames)('%s gets 300 calls in turn, and 100 retries', async (name) => {
    expect(await spend(createClientOf(name, 503))).toBe(300 + retriesOfBudget)
  })

  test.each(vendorNames)('%s gets 300 calls at once, and 100 retries', async (name) => {
    const { client, ref, counted } = createClientOf(name, 503)
    // Options of their own, as some vendors' clients share what is asked for alike.
    const calls = Array.from({ length: 300 }, (_, index) => ({ retries: 2, timeout: 30_000 + index }))
    const requests = counted(() => Promise.all(calls.map((options) => failure(client.get(ref, options)))))
    expect(await requests).toBe(300 + retriesOfBudget)
  })

  test('gets no more retries after any number of calls that went well', async () => {
    const client = createClient(200)
    await inTurn(1_000, client.get)
    client.answer(503)
    expect(await spend(client)).toBe(300 + retriesOfBudget)
  })

  test('takes nothing from other clients', async () => {
    await spend(createClient(503))
    expect(await createClient(503).failToGet()).toBe(3)
  })
})

describe('once the budget is spent', () => {
  test.each([
    [4, 0],
    [5, 1],
    [9, 1],
    [10, 2],
  ])('%i calls that go well earn %i retries', async (calls, retries) => {
    const client = createClient(503)
    await spend(client)
    client.answer(200)
    expect(await inTurn(calls, client.get)).toBe(calls)
    client.answer(503)
    expect(await client.failToGet()).toBe(1 + retries)
  })

  test('a wait polls on as ever', async () => {
    const client = createClient(503)
    await spend(client)
    client.answer(...Array(200).fill(503), 200)
    const { clock, ref } = client
    const options = { clock, schedule: () => 1_000 }
    const requests = client.counted(() => waitForCompletion(client.client, ref, options))
    expect(await requests).toBe(201)
  })
})

test('a retry that went well gives back what it took', async () => {
  const client = createClient()
  const failOnce = () => {
    client.answer(503, 200)
    return client.get()
  }
  expect(await inTurn(300, failOnce)).toBe(600)
})

test('the polls of a wait take nothing', async () => {
  const client = createClient(...Array(300).fill(503), 200)
  const { clock, ref } = client
  await waitForCompletion(client.client, ref, { clock, schedule: () => 1_000 })
  client.answer(503)
  expect(await spend(client)).toBe(300 + retriesOfBudget)
})
