import { describe, expect, test } from 'vitest'
import { createVirtualClock } from '../../src/testing/index.ts'
import { createDidomiClient } from '../../src/vendors/didomi.ts'
import { caught, caughtError } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import { testFixtures } from '../support/fixtures.ts'
import { secretToken } from '../support/vendors.ts'

testFixtures('didomi')

const ref = { exportId: 'export-1', runId: 'run-1' }
const create = (fetch: typeof globalThis.fetch, options: object = {}) =>
  createDidomiClient({ token: secretToken, organizationId: 'org-1', fetch, ...options })
const run = (id: string, status = 'completed') => ({ id, status })
const runs = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => run(`run-${from + index}`))

test('get asks for pages of 99', async () => {
  const { fetch, requests } = createFakeFetch(
    { body: { data: runs(100, 10) } },
    { body: { data: [run('run-1')] } },
  )
  await create(fetch, { organizationId: 'org &1' }).get({ exportId: 'ex=&port', runId: 'run-1' })
  const urls = requests.map(({ url }) => new URL(url))
  expect(urls.map(({ origin, pathname }) => origin + pathname)).toEqual([
    'https://api.didomi.io/v1/marketplace/exports/logs',
    'https://api.didomi.io/v1/marketplace/exports/logs',
  ])
  expect(urls.map(({ searchParams }) => Object.fromEntries(searchParams))).toEqual([
    { export_id: 'ex=&port', organization_id: 'org &1', $limit: '99', $skip: '0' },
    { export_id: 'ex=&port', organization_id: 'org &1', $limit: '99', $skip: '100' },
  ])
})

test('the options of get hold for each page', async () => {
  const { fetch, requests } = createFakeFetch({ body: { data: runs(100, 10) } }, { status: 503 })
  const clock = { now: () => 0, sleep: async () => {} }
  expect(await caughtError(create(fetch, { clock }).get(ref, { retries: 0 }))).toMatchObject({
    httpStatus: 503,
  })
  expect(requests).toHaveLength(2)
})

test('the base URL is an option, as the page shows no /v1', async () => {
  const { fetch, requests } = createFakeFetch({ body: { data: [run('run-1')] } })
  await create(fetch, { baseUrl: 'https://api.didomi.io' }).get(ref)
  expect(requests[0]?.url).toMatch(/^https:\/\/api\.didomi\.io\/marketplace\/exports\/logs\?/)
})

test('raw is the run', async () => {
  const answer = { id: 'run-1', status: 'completed', metrics: { users: 3, odd: [1] }, config: { a: 1 } }
  const { fetch } = createFakeFetch({ body: { data: [run('run-0'), answer] } })
  expect((await create(fetch).get(ref)).raw).toEqual(answer)
})

test.each([[undefined], [''], [5], [null]])('refuses an organization of %j', (organizationId) => {
  expect(() => create(fetch, { organizationId })).toThrow(expect.objectContaining({ code: 'invalid-option' }))
})

test.each([
  ['a string', 'run-1'],
  ['nothing', undefined],
  ['null', null],
  ['no run', { exportId: 'a' }],
  ['no export', { runId: 'a' }],
  ['a run that climbs', { exportId: 'a', runId: '../b' }],
])('refuses a ref of %s before any request', async (_, bad) => {
  const { fetch, requests } = createFakeFetch({ body: { data: [] } })
  expect(await caughtError(create(fetch).get(bad as never))).toMatchObject({ code: 'invalid-ref' })
  expect(requests).toHaveLength(0)
})

describe('runs', () => {
  const collect = async (client: ReturnType<typeof create>) => {
    const ids: string[] = []
    for await (const job of client.runs('export-1')) ids.push(job.id)
    return ids
  }

  test('yields those of all pages in the order of the list', async () => {
    const { fetch, requests } = createFakeFetch(
      { body: { data: runs(100) } },
      { body: { data: runs(5, 100) } },
      { body: { data: [] } },
    )
    expect(await collect(create(fetch))).toEqual(runs(105).map(({ id }) => id))
    expect(requests).toHaveLength(3)
  })

  test('yields none on day one', async () => {
    expect(await collect(create(createFakeFetch({ body: { data: [] } }).fetch))).toEqual([])
  })

  test('yields no run twice when the server ignores $skip', async () => {
    const { fetch, requests } = createFakeFetch({ body: { data: runs(100) } })
    expect(await collect(create(fetch))).toHaveLength(100)
    expect(requests).toHaveLength(2)
  })

  test('reads no page that nobody asks for', async () => {
    const { fetch, requests } = createFakeFetch({ body: { data: runs(100) } })
    for await (const job of create(fetch).runs('export-1')) {
      expect(job).toMatchObject({ id: 'run-0', ref: { exportId: 'export-1', runId: 'run-0' } })
      break
    }
    expect(requests).toHaveLength(1)
  })

  test.each<[what: string, broken: object | null]>([
    ['no status', { id: 'broken', status: null }],
    ['no id', { status: 'completed' }],
    ['another export', { ...run('broken'), export_id: 'export-2' }],
    ['null', null],
  ])('a broken run, %s, hides no other: its error comes after them', async (_, broken) => {
    const { fetch } = createFakeFetch({ body: { data: [run('a'), broken, run('b')], total: 3 } })
    const ids: string[] = []
    const reading = (async () => {
      for await (const { id } of create(fetch).runs('export-1')) ids.push(id)
    })()
    expect(await caughtError(reading)).toMatchObject({ name: 'ResponseError' })
    expect(ids).toEqual(['a', 'b'])
  })

  test('throws what a page fails with', async () => {
    const { fetch } = createFakeFetch({ body: { data: runs(100) } }, { status: 403 })
    expect(await caughtError(collect(create(fetch)))).toMatchObject({ code: 'forbidden' })
  })

  test('refuses a bad id before any request', async () => {
    const { fetch, requests } = createFakeFetch({ body: { data: [] } })
    const first = create(fetch).runs('..')[Symbol.asyncIterator]().next()
    expect(await caughtError(first)).toMatchObject({ code: 'invalid-ref' })
    expect(requests).toHaveLength(0)
  })
})

test('100 requests in 15 seconds, over all pages', async () => {
  const clock = createVirtualClock()
  const { fetch, requests } = createFakeFetch({ body: { data: [run('run-1')] } })
  const client = create(fetch, { clock, concurrency: 1_000 })
  const all = Promise.all(
    Array.from({ length: 101 }, (_, index) => client.get({ exportId: `export-${index}`, runId: 'run-1' })),
  )
  await clock.advance(14_999)
  expect(requests).toHaveLength(100)
  await clock.advance(1)
  await all
})

describe('gets of one export at the same time', () => {
  const page = { body: { data: runs(20) } }
  const refs = runs(20).map(({ id }) => ({ exportId: 'export-1', runId: id }))

  test('share one list', async () => {
    const { fetch, requests } = createFakeFetch(page)
    const client = create(fetch)
    const jobs = await Promise.all(refs.map((each) => client.get(each)))
    expect(jobs.map(({ id }) => id)).toEqual(refs.map(({ runId }) => runId))
    expect(requests).toHaveLength(1)
    await client.get(ref)
    expect(requests).toHaveLength(2)
  })

  test('one that gives up does not take the list from the others', async () => {
    const { fetch } = createFakeFetch(page)
    const client = create(fetch)
    const controller = new AbortController()
    const impatient = caught(client.get(ref, { signal: controller.signal }))
    const patient = client.get(ref)
    controller.abort('enough')
    expect(await impatient).toBe('enough')
    expect(await patient).toMatchObject({ id: 'run-1' })
  })

  test('a run that none of the pages holds fails alone', async () => {
    const client = create(createFakeFetch(page).fetch)
    const [found, missing] = await Promise.all([
      client.get(ref),
      caughtError(client.get({ exportId: 'export-1', runId: 'run-99' })),
    ])
    expect(found.id).toBe('run-1')
    expect(missing).toMatchObject({ code: 'not-found' })
  })

  test('exports of others are others', async () => {
    const { fetch, requests } = createFakeFetch(page)
    const client = create(fetch)
    await Promise.all([client.get(ref), client.get({ exportId: 'export-2', runId: 'run-1' })])
    expect(requests).toHaveLength(2)
  })

  test('a list that failed is asked for again', async () => {
    const { fetch } = createFakeFetch({ status: 403 }, page)
    const client = create(fetch)
    const errors = await Promise.all([caughtError(client.get(ref)), caughtError(client.get(ref))])
    expect(errors.map(({ code }) => code)).toEqual(['forbidden', 'forbidden'])
    expect(await client.get(ref)).toMatchObject({ id: 'run-1' })
  })
})
