import { describe, expect, test } from 'vitest'
import { readFacts, readRequestId } from '../../src/http/response-facts.ts'
import { caughtError } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import { vendorNames, vendors } from '../support/vendors.ts'

const date = 'Sat, 01 Mar 2025 12:00:00 GMT'
const at = new Date('2025-03-01T12:00:00Z')

test.each<[headers: Record<string, string>, facts: object]>([
  [{}, {}],
  [{ date }, { answeredAt: at }],
  [{ date: 'yesterday' }, {}],
  [{ 'x-request-id': 'r-1', 'cf-ray': 'c-1' }, { requestId: 'r-1' }],
  [{ 'x-request-id': '', 'cf-ray': 'c-1' }, { requestId: 'c-1' }],
  [{ 'retry-after': '7' }, { retryAfter: 7_000 }],
])('%j', (headers, facts) => expect(readFacts({ headers: new Headers(headers) })).toEqual(facts))

test('of no answer nothing is known', () => expect(readFacts(undefined)).toEqual({}))

test('no header, no id', () => expect(readRequestId(new Headers())).toBeUndefined())

describe.each(vendorNames)('%s', (vendor) => {
  const { create, ref, completed } = vendors[vendor]

  test('a job says when it was answered, and by which request', async () => {
    const headers = { date, 'x-request-id': 'r-1' }
    const { fetch } = createFakeFetch({ body: completed, headers })
    expect(await create({ fetch }).get(ref)).toMatchObject({ answeredAt: at, requestId: 'r-1' })
  })

  test('and nothing where the vendor did not say', async () => {
    const job = await create({ fetch: createFakeFetch({ body: completed }).fetch }).get(ref)
    expect([Object.hasOwn(job, 'answeredAt'), Object.hasOwn(job, 'requestId')]).toEqual([false, false])
  })

  test('an error has the id, too', async () => {
    const { fetch } = createFakeFetch({ status: 403, headers: { 'cf-ray': 'c-1' } })
    expect(await caughtError(create({ fetch }).get(ref))).toMatchObject({ requestId: 'c-1' })
  })
})
