import { describe, expect, test, vi } from 'vitest'
import { createVirtualClock } from '../../src/testing/index.ts'
import { createLoyaltyDogClient } from '../../src/vendors/loyaltydog.ts'
import { caught, caughtError, everythingOf } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import { createPlainClient, runningExport, vendorNames, vendors } from '../support/vendors.ts'

/** A limit whose permits are given by hand. */
function createLimit() {
  const waiting: (() => void)[] = []
  const signals: AbortSignal[] = []
  const take = (signal: AbortSignal) => {
    signals.push(signal)
    return new Promise<void>((resolve) => waiting.push(resolve))
  }
  return { take, waiting, signals }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5))

describe('a rateLimit of one`s own', () => {
  test.each(vendorNames)('is asked before each request: %s', async (vendor) => {
    const limit = createLimit()
    const { create, ref, completed } = vendors[vendor]
    const { fetch, requests } = createFakeFetch({ body: completed })
    const got = create({ fetch, rateLimit: limit }).get(ref)
    await settled()
    expect(requests).toHaveLength(0)
    limit.waiting[0]?.()
    expect(await got).toMatchObject({ status: 'completed' })
    expect(limit.waiting).toHaveLength(1)
  })

  test('is asked before each attempt, and takes the place of the published limits', async () => {
    const clock = createVirtualClock({ auto: true })
    const take = vi.fn(async () => {})
    const { fetch, requests } = createFakeFetch({ status: 503 }, { status: 503 }, { body: runningExport() })
    const client = createPlainClient({ fetch, clock, rateLimit: { take } })
    await client.get('exp-1')
    expect(take).toHaveBeenCalledTimes(3)
    expect(requests).toHaveLength(3)
  })

  test('is part of no attempt`s time, and its token is fetched after it', async () => {
    const limit = createLimit()
    const token = vi.fn(() => 'secret-token')
    const { fetch } = createFakeFetch({ body: runningExport() })
    const got = createPlainClient({ fetch, token, rateLimit: limit, timeout: 20, retries: 0 }).get('exp-1')
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(token).not.toHaveBeenCalled()
    limit.waiting[0]?.()
    expect(await got).toMatchObject({ status: 'running' })
  })

  test('may be an instance of a class', async () => {
    class Limit {
      #taken = 0
      get taken() {
        return this.#taken
      }
      async take() {
        this.#taken++
      }
    }
    const rateLimit = new Limit()
    const { fetch } = createFakeFetch({ body: runningExport() })
    await createPlainClient({ fetch, rateLimit }).get('exp-1')
    expect(rateLimit.taken).toBe(1)
  })

  test('is told when nobody waits any more', async () => {
    const limit = createLimit()
    const { fetch, requests } = createFakeFetch({ body: runningExport() })
    const client = createPlainClient({ fetch, rateLimit: limit, concurrency: 1 })
    const controller = new AbortController()
    const got = caught(client.get('exp-1', { signal: controller.signal }))
    await settled()
    const reason = new Error('enough')
    controller.abort(reason)
    expect(await got).toBe(reason)
    expect(limit.signals[0]?.aborted).toBe(true)
    // Its place is free again.
    const next = client.get('exp-1')
    await settled()
    limit.waiting[1]?.()
    await next
    expect(requests).toHaveLength(1)
  })

  test.each([
    ['throws', () => Promise.reject(new TypeError('redis://:s3cret@host'))],
    [
      'throws at once',
      () => {
        throw new TypeError('redis://:s3cret@host')
      },
    ],
  ])('that %s is a typed error, and its text is nowhere', async (_, take) => {
    const { fetch, requests } = createFakeFetch({ body: runningExport() })
    const error = await caughtError(
      createPlainClient({ fetch, rateLimit: { take }, retries: 0 }).get('exp-1'),
    )
    expect(error).toMatchObject({ name: 'TransportError', code: 'network', sent: false, retryable: true })
    expect(error.message).toContain('TypeError')
    expect(everythingOf(error)).not.toContain('s3cret')
    expect(requests).toHaveLength(0)
  })

  test('is not asked for the store that a vendor points to', async () => {
    const downloadUrl = 'https://files.example/audit.csv'
    const { fetch } = createFakeFetch(({ url }) =>
      url === downloadUrl ? { text: 'id\n' } : { body: { taskId: 'exp-1', status: 'success', downloadUrl } },
    )
    const take = vi.fn(async () => {})
    const client = createLoyaltyDogClient({ token: 'secret-token', fetch, rateLimit: { take } })
    const job = await client.get('exp-1')
    await (await client.openDownload(job)).body.cancel()
    expect(take).toHaveBeenCalledTimes(1)
  })
})
