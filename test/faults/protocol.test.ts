import { describe, expect, test } from 'vitest'
import type { ApiErrorCode, WaitError, WaitErrorReason } from '../../src/index.ts'
import type { FakeAnswer } from '../support/fake-fetch.ts'
import { type VendorName, vendorNames, vendors } from '../support/vendors.ts'
import { answerOf, bodyOf, shapes, telling, withValue } from './support/vendor-answers.ts'
import { createWorld, every } from './support/virtual-world.ts'

const step = 10_000
const options = { schedule: () => step, timeout: '1d', tolerate: '10m', notFoundGrace: '30s' } as const
const second = 1_000
const minute = 60 * second

type Fate = Extract<WaitErrorReason, 'unreachable' | 'not-found' | 'refused' | 'unauthorized'>

/** How long such refusals are heard before the wait is given up for them. */
const patience: Record<Fate, number> = {
  unreachable: 10 * minute,
  'not-found': 30 * second,
  refused: 0,
  unauthorized: 0,
}

const refusals: [status: number, code: ApiErrorCode, fate: Fate][] = [
  [408, 'http-error', 'unreachable'],
  [425, 'http-error', 'unreachable'],
  [429, 'rate-limited', 'unreachable'],
  [500, 'server-error', 'unreachable'],
  [502, 'server-error', 'unreachable'],
  [503, 'server-error', 'unreachable'],
  [504, 'server-error', 'unreachable'],
  [404, 'not-found', 'not-found'],
  [401, 'unauthorized', 'unauthorized'],
  [400, 'invalid-request', 'refused'],
  [402, 'payment-required', 'refused'],
  [403, 'forbidden', 'refused'],
  [409, 'http-error', 'refused'],
  [410, 'gone', 'refused'],
  [422, 'invalid-request', 'refused'],
  [501, 'server-error', 'refused'],
  [505, 'server-error', 'refused'],
]
const passing = refusals.filter(([, , fate]) => patience[fate] > 0)

/** A refusal whose body claims success: no status but one of success may be believed. */
const refusing = (vendor: VendorName, status: number): FakeAnswer => ({
  ...telling(vendor, 'completed'),
  status,
})

describe.each(vendorNames)('%s', (vendor) => {
  const running = telling(vendor, 'running')
  const completed = telling(vendor, 'completed')
  const { ref } = vendors[vendor]

  test.each(refusals)('%i (%s) for ever, once the export was seen: %s', async (httpStatus, code, fate) => {
    const world = createWorld(vendor, [running, refusing(vendor, httpStatus)])
    const { error } = await world.wait(options)
    expect(error).toMatchObject({
      name: 'WaitError',
      reason: fate,
      vendor,
      state: { ref, rawStatus: shapes[vendor].words.running },
      lastJob: { status: 'running' },
      cause: { name: 'ApiError', vendor, httpStatus, code, retryable: fate === 'unreachable' },
    })
    expect(world.times).toEqual([0, ...every(step, step, step + patience[fate])])
    expect(world.updates.map(({ type }) => type)).toEqual([
      'job',
      ...Array(world.times.length - 2).fill('poll-failed'),
    ])
  })

  test.each(refusals)('%i (%s) for ever, from the beginning: %s', async (httpStatus, code, fate) => {
    const world = createWorld(vendor, [refusing(vendor, httpStatus)])
    const { error } = await world.wait(options)
    expect(error).toMatchObject({ reason: fate, cause: { httpStatus, code }, state: { ref } })
    expect((error as WaitError).lastJob).toBeUndefined()
    expect(world.times).toEqual(every(step, 0, patience[fate]))
  })

  test.each(passing)('%i (%s) until the last look before it is given up', async (httpStatus, code, fate) => {
    const over = patience[fate]
    const world = createWorld(vendor, (now) => (now < over ? refusing(vendor, httpStatus) : completed))
    expect((await world.wait(options)).value).toMatchObject({ vendor, ref, status: 'completed' })
    expect(world.times).toEqual(every(step, 0, over))
    for (const update of world.updates.slice(0, -1)) {
      expect(update).toMatchObject({ type: 'poll-failed', error: { name: 'ApiError', httpStatus, code } })
    }
  })

  test.each(refusals)('%i (%s) in get', async (httpStatus, code, fate) => {
    const world = createWorld(vendor, [refusing(vendor, httpStatus)])
    expect((await world.get()).error).toMatchObject({ name: 'ApiError', vendor, httpStatus, code })
    expect(world.times).toHaveLength(fate === 'unreachable' ? 3 : 1)
  })

  test('all that can pass, in turn, for minutes', async () => {
    const statuses = passing.filter(([, , fate]) => fate === 'unreachable').map(([status]) => status)
    const world = createWorld(vendor, (now, count) =>
      now < 9 * minute ? refusing(vendor, statuses[count % statuses.length] as number) : completed,
    )
    expect((await world.wait(options)).value).toMatchObject({ ref, status: 'completed' })
    expect(world.times).toEqual(every(step, 0, 9 * minute))
  })

  test('no status but one of success is a success, whatever the body says', async () => {
    for (let status = 300; status < 600; status++) {
      const { value, error } = await createWorld(vendor, [refusing(vendor, status)]).get({ retries: 0 })
      expect(value, `${status}`).toBeUndefined()
      expect(error).toMatchObject(
        status < 400
          ? { name: 'TransportError', code: 'redirect' }
          : { name: 'ApiError', httpStatus: status, vendor },
      )
    }
  })

  test('one outage after the other, each shorter than is tolerated', async () => {
    const world = createWorld(vendor, (now) => {
      if (now >= 45 * minute) return completed
      return Math.floor(now / (9 * minute)) % 2 === 0 ? refusing(vendor, 503) : running
    })
    expect((await world.wait(options)).value).toMatchObject({ status: 'completed' })
    expect(world.times).toEqual(every(step, 0, 45 * minute))
  })

  test('404 again and again, but never for its whole grace', async () => {
    const world = createWorld(vendor, (now) => {
      if (now >= 10 * minute) return completed
      return now % (30 * second) === 0 ? running : refusing(vendor, 404)
    })
    expect((await world.wait(options)).value).toMatchObject({ status: 'completed' })
  })
})

describe.each(vendorNames)('%s: the token', (vendor) => {
  const running = telling(vendor, 'running')
  const completed = telling(vendor, 'completed')

  /** A token that lives for a minute, and a function that keeps it until it is told that it was refused. */
  function createTokens(isGood = true) {
    const asked: boolean[] = []
    let token = 'token-of-minute-0'
    const give = (now: number, refresh: boolean) => {
      asked.push(refresh)
      if (refresh)
        token = isGood ? `token-of-minute-${Math.floor(now / minute)}` : `bad-token-${asked.length}`
      return token
    }
    return { give, asked }
  }

  async function waitWith(isGood: boolean, until: number) {
    const tokens = createTokens(isGood)
    const world = createWorld(
      vendor,
      (now, _, { headers }) => {
        const good = `Bearer token-of-minute-${Math.floor(now / minute)}`
        if (headers.authorization !== good) return refusing(vendor, 401)
        return now < until ? running : completed
      },
      { token: ({ refresh }) => tokens.give(world.clock.now(), refresh) },
    )
    return { world, tokens, outcome: await world.wait(options) }
  }

  test('dies each minute, and costs one refresh and one request each', async () => {
    const { world, tokens, outcome } = await waitWith(true, 10 * minute)
    expect(outcome.value).toMatchObject({ status: 'completed' })
    expect(tokens.asked.filter((refresh) => refresh)).toHaveLength(10)
    expect(world.times).toHaveLength(61 + 10)
    expect(world.updates.every(({ type }) => type === 'job')).toBe(true)
  })

  test('is refused again after the refresh', async () => {
    const { world, tokens, outcome } = await waitWith(false, 10 * minute)
    expect(outcome.error).toMatchObject({
      name: 'WaitError',
      reason: 'unauthorized',
      retryable: false,
      cause: { name: 'ApiError', code: 'unauthorized', httpStatus: 401 },
    })
    expect(tokens.asked.filter((refresh) => refresh)).toHaveLength(1)
    expect(world.times).toEqual([...every(step, 0, minute), minute])
  })

  test.each([
    [503, 'completed after it'],
    [404, 'completed after it'],
    [403, 'refused'],
  ])('is renewed, and the vendor then answers %i: %s', async (status) => {
    const answers = [running, refusing(vendor, 401), refusing(vendor, status), completed]
    const world = createWorld(vendor, answers, { token: ({ refresh }) => (refresh ? 'new' : 'old') })
    const { value, error } = await world.wait(options)
    if (status === 403) expect(error).toMatchObject({ reason: 'refused', cause: { code: 'forbidden' } })
    else expect(value).toMatchObject({ status: 'completed' })
    expect(world.times).toEqual(status === 403 ? [0, step, step] : [0, step, step, 2 * step])
  })
})

// What only one vendor has.
test('loyaltydog: a 429 that is a spent quota ends the wait at once', async () => {
  const body = { code: 'monthly_quota_exceeded', message: 'Spent.', request_id: 'req-1' }
  const world = createWorld('loyaltydog', [telling('loyaltydog', 'running'), answerOf(body, 429)])
  const { error } = await world.wait(options)
  expect(error).toMatchObject({ reason: 'refused', cause: { code: 'rate-limited', retryable: false } })
  expect(world.times).toEqual([0, step])
})

describe('didomi: a run that the list does not hold is a 404', () => {
  const empty = answerOf({ total: 0, limit: 100, skip: 0, data: [] })
  const others = answerOf(withValue(bodyOf('didomi', 'completed'), shapes.didomi.id, 'run-2'))

  test.each([
    ['an empty list', empty],
    ['a list of others', others],
  ])('%s, for ever', async (_, answer) => {
    const world = createWorld('didomi', [telling('didomi', 'running'), answer])
    const { error } = await world.wait(options)
    expect(error).toMatchObject({ reason: 'not-found', cause: { code: 'not-found', httpStatus: 404 } })
    expect(world.times).toEqual([0, ...every(step, step, step + patience['not-found'])])
  })

  test('within its grace', async () => {
    const completed = telling('didomi', 'completed')
    const world = createWorld('didomi', (now) => (now < 30 * second ? others : completed))
    expect((await world.wait(options)).value).toMatchObject({ status: 'completed' })
  })
})
