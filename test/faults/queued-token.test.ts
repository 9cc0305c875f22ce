import { expect, test } from 'vitest'
import { createVirtualClock } from '../../src/testing/index.ts'
import { createPlainClient, runningExport } from '../support/vendors.ts'

const minute = 60_000

// A token of 15 minutes, and a limit that keeps some requests waiting for longer: one that took its token before it
// queued would be refused, and so would the one after its refresh.
test('a request that has queued for longer than a token lives is sent with one that is alive', async () => {
  const clock = createVirtualClock({ auto: true })
  const alive = () => `token-of-quarter-${Math.floor(clock.now() / (15 * minute))}`
  const statuses: number[] = []
  const fetch = async (url: unknown, { headers }: RequestInit = {}): Promise<Response> => {
    const isAlive = new Headers(headers).get('authorization') === `Bearer ${alive()}`
    statuses.push(isAlive ? 200 : 401)
    if (!isAlive) return new Response(null, { status: 401 })
    return Response.json(runningExport(String(url).split('/').at(-1)))
  }
  const client = createPlainClient({
    clock,
    fetch: fetch as typeof globalThis.fetch,
    token: alive,
    rateLimit: { requests: 1, per: '10m' },
  })
  const ids = Array.from({ length: 6 }, (_, index) => `exp-${index}`)
  const jobs = await Promise.allSettled(ids.map((id) => client.get(id)))
  expect(jobs.map(({ status }) => status)).toEqual(ids.map(() => 'fulfilled'))
  expect(statuses).toEqual(ids.map(() => 200))
})
