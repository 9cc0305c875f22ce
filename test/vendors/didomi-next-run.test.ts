import { describe, expect, test } from 'vitest'
import type { WaitError } from '../../src/index.ts'
import { createVirtualClock } from '../../src/testing/index.ts'
import { createDidomiClient, type NextRunOptions } from '../../src/vendors/didomi.ts'
import { caught, caughtError } from '../support/caught.ts'
import { createFakeFetch, type FakeAnswer } from '../support/fake-fetch.ts'
import { secretToken } from '../support/vendors.ts'

const list = (...ids: string[]): FakeAnswer => ({
  body: { data: ids.map((id) => ({ id, status: 'pending' })), total: ids.length, limit: 99 },
})

function start(answers: FakeAnswer[], options: NextRunOptions = {}) {
  const clock = createVirtualClock({ auto: true })
  const { fetch, requests } = createFakeFetch(...answers)
  const client = createDidomiClient({ token: secretToken, organizationId: 'o', fetch, clock, retries: 0 })
  return { next: client.nextRun('export-1', { clock, ...options }), requests, clock }
}

test('a run that was not in the first poll is the next', async () => {
  const { next, requests } = start([list('a', 'b'), list('a', 'b'), list('c', 'a', 'b')])
  expect(await next).toEqual({ exportId: 'export-1', runId: 'c' })
  expect(requests).toHaveLength(3)
})

test('the first run of all is the next', async () => {
  expect(await start([list(), list('a')]).next).toEqual({ exportId: 'export-1', runId: 'a' })
})

test.each<[what: string, known: Iterable<string>]>([
  ['a list', ['a', 'b']],
  ['a set', new Set(['a', 'b'])],
  ['what can be read once', ['a', 'b'].values()],
])('of runs that are known, as %s, none is the next', async (_, known) => {
  const { next, requests } = start([list('a', 'b'), list('a', 'b', 'c')], { known })
  expect(await next).toEqual({ exportId: 'export-1', runId: 'c' })
  expect(requests).toHaveLength(2)
})

test.each([['a'], [5], [null], [{}], [[1]]])(
  'known that is %j is refused before any request',
  async (known) => {
    const { next, requests } = start([list('a')], { known: known as never })
    await expect(next).rejects.toMatchObject({ name: 'ConfigurationError', code: 'invalid-option' })
    expect(requests).toHaveLength(0)
  },
)

test('with nothing known, a run of the first poll is the next', async () => {
  const { next, requests } = start([list('a')], { known: [] })
  expect(await next).toEqual({ exportId: 'export-1', runId: 'a' })
  expect(requests).toHaveLength(1)
})

test('many unknown runs: the first of the list', async () => {
  const { next } = start([list('a', 'd', 'c', 'b')], { known: ['a'] })
  expect(await next).toEqual({ exportId: 'export-1', runId: 'd' })
})

test('a first poll that fails makes no run known', async () => {
  const { next } = start([{ status: 503 }, list('a'), list('a', 'b')])
  expect(await next).toEqual({ exportId: 'export-1', runId: 'b' })
})

test('a run on a later page is found', async () => {
  const first = { body: { data: list('a').body ? [{ id: 'a', status: 'pending' }] : [], total: 2, limit: 1 } }
  const second = { body: { data: [{ id: 'b', status: 'pending' }], total: 2, limit: 1 } }
  const { next } = start([first, second, { body: { data: [] } }], { known: ['a'] })
  expect(await next).toEqual({ exportId: 'export-1', runId: 'b' })
})

describe('a broken run', () => {
  const page = (...data: unknown[]): FakeAnswer => ({ body: { data, total: data.length } })
  const fresh = { id: 'fresh', status: 'pending' }
  const broken = { id: 'broken', status: null }
  const found = { exportId: 'export-1', runId: 'fresh' }

  test.each<[what: string, run: unknown]>([
    ['without a status', broken],
    ['without an id', { status: 'completed' }],
    ['that is null', null],
  ])('%s, in the first poll, does not end the wait for a new one', async (_, run) => {
    const { next, clock } = start([page(run), ...Array(60).fill(page(run)), page(run, fresh)])
    expect(await next).toEqual(found)
    expect(clock.now()).toBeGreaterThan(60_000)
  })

  test('in the first poll is known, and not new once it is repaired', async () => {
    const repaired = { ...broken, status: 'completed' }
    expect(await start([page(broken), page(repaired), page(repaired, fresh)]).next).toEqual(found)
  })

  test.each([[[broken, fresh]], [[fresh, broken]]])('that is new hides no other: %j', async (data) => {
    expect(await start([page(), page(...data)]).next).toEqual(found)
  })

  test('of another export is not the next', async () => {
    const { next } = start([page(), page({ ...fresh, export_id: 'export-2' })], { timeout: '10m' })
    expect(await caughtError(next)).toMatchObject({ name: 'WaitError', cause: { code: 'wrong-job' } })
  })

  test('that is new and alone is the cause when the wait is given up', async () => {
    const error = await caughtError(start([page(), page(broken)], { timeout: '5m' }).next)
    expect(error).toMatchObject({ name: 'WaitError', cause: { code: 'unexpected-shape' } })
  })
})

describe('is given up', () => {
  test('when its time is over', async () => {
    const { next, clock } = start([list('a')], { timeout: '10m' })
    expect(await caughtError(next)).toMatchObject({ name: 'WaitError', reason: 'timeout' })
    expect(clock.now()).toBeGreaterThanOrEqual(600_000)
  })

  test.each([
    [403, 'refused'],
    [401, 'unauthorized'],
  ])('at once, after %i', async (status, reason) => {
    const { next, requests } = start([{ status }])
    expect(await caughtError(next)).toMatchObject({ name: 'WaitError', reason })
    expect(requests).toHaveLength(1)
  })

  test('and resumed with the runs that it knew, which its state keeps as JSON', async () => {
    const error = (await caughtError(start([list('a')], { timeout: '10m' }).next)) as WaitError
    const { ref } = JSON.parse(JSON.stringify(error.state))
    expect(ref).toEqual({ exportId: 'export-1', known: ['a'] })
    expect(error.message).toBe(
      `Stopped waiting for the next run of the didomi export "export-1": none appeared within the timeout. ${error.advice}`,
    )
    expect(error.advice).toContain('`known: error.state.ref.known`')
    const { next } = start([list('b', 'a')], { known: ref.known })
    expect(await next).toEqual({ exportId: 'export-1', runId: 'b' })
  })

  test('and resumed with nothing known, if no poll succeeded', async () => {
    const error = (await caughtError(start([{ status: 503 }], { tolerate: '1m' }).next)) as WaitError
    expect(error).toMatchObject({ reason: 'unreachable', retryable: true, cause: { httpStatus: 503 } })
    expect(error.state.ref).toEqual({ exportId: 'export-1' })
    expect(error.message).toContain('export "export-1": its polls failed, the last one as the cause says.')
  })

  test('before its time is over, if the vendor asks not to be polled sooner', async () => {
    const busy: FakeAnswer = { status: 429, headers: { 'retry-after': '3600' } }
    const error = (await caughtError(start([list('a'), busy], { timeout: '10m' }).next)) as WaitError
    expect(error).toMatchObject({ reason: 'timeout', retryAt: expect.any(Date) })
    expect(error.message).toContain(`not to be polled before ${error.retryAt?.toISOString()}.`)
  })

  test.each([[0], [''], [null], ['text']])('by an abort, with %j', async (reason) => {
    const clock = createVirtualClock()
    const controller = new AbortController()
    const { next } = start([list('a')], { signal: controller.signal, clock })
    const rejected = caught(next)
    await clock.advance(10)
    controller.abort(reason)
    expect(await rejected).toBe(reason)
  })
})

test.each([['..'], [''], ['a/b'], [5], [undefined]])(
  'an export of %j is refused before any request',
  async (id) => {
    const { fetch, requests } = createFakeFetch(list())
    const client = createDidomiClient({ token: secretToken, organizationId: 'o', fetch })
    expect(await caughtError(client.nextRun(id as string))).toMatchObject({ code: 'invalid-ref' })
    expect(requests).toHaveLength(0)
  },
)
