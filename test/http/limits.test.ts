import { describe, expect, test } from 'vitest'
import { createVirtualClock } from '../../src/testing/index.ts'
import { createLoyaltyDogClient } from '../../src/vendors/loyaltydog.ts'
import { caughtError } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import { sendJson, serve } from '../support/serve.ts'
import { createPlainClient, runningExport } from '../support/vendors.ts'

describe('concurrency', () => {
  test.each([
    [1, 1],
    [3, 3],
    [undefined, 64],
  ])('of %j: never more than %i at once', async (concurrency, most) => {
    let active = 0
    let highest = 0
    const { origin, requests } = await serve(async (_, response) => {
      highest = Math.max(highest, ++active)
      await new Promise((resolve) => setTimeout(resolve, 5))
      active--
      sendJson(response, runningExport())
    })
    const client = createPlainClient({ baseUrl: origin, concurrency })
    await Promise.all(Array.from({ length: most === 64 ? 100 : 20 }, () => client.get('exp-1')))
    expect(requests).toHaveLength(most === 64 ? 100 : 20)
    expect(highest).toBeLessThanOrEqual(most)
  })

  test('a failed request makes room', async () => {
    const { fetch, requests } = createFakeFetch(
      { error: new TypeError('x') },
      { status: 404 },
      { text: '<p>' },
    )
    const client = createPlainClient({ fetch, concurrency: 1, retries: 0 })
    for (let count = 0; count < 5; count++) await caughtError(client.get('exp-1'))
    expect(requests).toHaveLength(5)
  })

  test('a pause between attempts makes room for others', async () => {
    const clock = createVirtualClock()
    const { fetch } = createFakeFetch(({ url }) =>
      url.endsWith('exp-1')
        ? { status: 503, headers: { 'retry-after': '30' } }
        : { body: runningExport('exp-2') },
    )
    const client = createPlainClient({ fetch, concurrency: 1, clock, retries: 1 })
    const first = caughtError(client.get('exp-1'))
    await clock.advance(0)
    expect(await client.get('exp-2')).toMatchObject({ id: 'exp-2' })
    await clock.advance(30_000)
    expect(await first).toMatchObject({ httpStatus: 503 })
  })
})

describe('rateLimit', () => {
  test('is the vendor`s: a store that it points to has no part in it', async () => {
    const clock = createVirtualClock()
    const downloadUrl = 'https://files.example/audit.csv'
    const { fetch, requests } = createFakeFetch(({ url }) =>
      url === downloadUrl ? { text: 'id\n' } : { body: { taskId: 'exp-1', status: 'success', downloadUrl } },
    )
    const rateLimit = { requests: 1, per: '1h' } as const
    const client = createLoyaltyDogClient({ token: 'secret-token', fetch, clock, rateLimit, concurrency: 1 })
    const job = await client.get('exp-1')
    for (let count = 0; count < 3; count++) await (await client.openDownload(job)).body.cancel()
    expect(requests).toHaveLength(4)
  })

  test('holds for all calls of a client, on its clock', async () => {
    const clock = createVirtualClock()
    const { fetch, requests } = createFakeFetch({ body: runningExport() })
    const client = createPlainClient({ fetch, clock, rateLimit: { requests: 3, per: '10s' } })
    const all = Promise.all(Array.from({ length: 7 }, () => client.get('exp-1')))
    const seen: number[] = []
    for (const ms of [0, 9_999, 1, 9_999, 1]) {
      await clock.advance(ms)
      seen.push(requests.length)
    }
    await all
    expect(seen).toEqual([3, 3, 6, 6, 7])
  })

  test('counts the repetitions, too', async () => {
    const clock = createVirtualClock()
    const { fetch, requests } = createFakeFetch({ status: 503 })
    const client = createPlainClient({ fetch, clock, rateLimit: { requests: 1, per: '1h' } })
    const promise = caughtError(client.get('exp-1'))
    await clock.advance(3_599_999)
    expect(requests).toHaveLength(1)
    await clock.advance(3_600_001)
    await promise
    expect(requests).toHaveLength(3)
  })

  test('false: none', async () => {
    const { fetch, requests } = createFakeFetch({ body: runningExport() })
    const client = createPlainClient({ fetch, clock: createVirtualClock(), rateLimit: false })
    await Promise.all(Array.from({ length: 200 }, () => client.get('exp-1')))
    expect(requests).toHaveLength(200)
  })
})
