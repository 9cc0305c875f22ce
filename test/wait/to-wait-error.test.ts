import { describe, expect, test } from 'vitest'
import {
  type ExportJobsError,
  ResponseError,
  type ResponseErrorCode,
  TransportError,
  type Update,
  waitForCompletion,
} from '../../src/index.ts'
import {
  apiError,
  completed,
  naiveClock,
  pending,
  running,
  type Step,
  scripted,
  waitErrorOf,
} from './world.ts'

const schedule = () => 7_000
const options = { schedule, timeout: '1d', tolerate: '10m', notFoundGrace: '30s' } as const
const network = new TransportError('network', 'no network', 'acme')
const response = new ResponseError('not-json', 'HTML', 'acme')

/** How long a vendor is heard out that answers so and nothing else, and what the wait is then given up for. */
async function patience(error: ExportJobsError, ...before: Step[]) {
  const clock = naiveClock()
  const client = scripted(clock, ...before, error)
  const { reason, cause } = await waitErrorOf(waitForCompletion(client, 'e1', { ...options, clock }))
  expect(cause).toBe(error)
  return { reason, lasted: clock.now() - before.length * 7_000, polls: client.times.length - before.length }
}

const statuses = {
  tolerated: [507, 508, 511, 520, 522, 524, 529, 599],
  refused: [405, 406, 407, 411, 412, 413, 415, 418, 423, 426, 451],
}

describe('tolerated for `tolerate`', () => {
  const errors: [string, ExportJobsError][] = [
    ...statuses.tolerated.map((status): [string, ExportJobsError] => [`HTTP ${status}`, apiError(status)]),
    ['network', network],
    ['timeout', new TransportError('timeout', 'too late', 'acme')],
  ]
  test.each(errors)('%s', async (_, error) => {
    const { reason, lasted } = await patience(error)
    expect(reason).toBe('unreachable')
    expect(lasted).toBeGreaterThanOrEqual(600_000)
    expect(lasted).toBeLessThan(607_000)
  })

  test.each(errors)('%s that passes in time', async (_, error) => {
    const clock = naiveClock()
    const client = scripted(clock, running(), () => {
      if (clock.now() >= 600_000) return completed
      throw error
    })
    expect(await waitForCompletion(client, 'e1', { ...options, clock })).toBe(completed)
  })
})

describe('given up at once', () => {
  test.each([
    ...statuses.refused.map((status): [string, ExportJobsError] => [`HTTP ${status}`, apiError(status)]),
    ['HTTP 429 that is a spent quota', apiError(429, { permanent: true, retryAfter: 1_000 })],
    ['TLS', new TransportError('tls', 'bad certificate', 'acme')],
    ['a redirect', new TransportError('redirect', 'elsewhere', 'acme')],
  ])('%s', async (_, error) => {
    expect(await patience(error)).toEqual({ reason: 'refused', lasted: 0, polls: 1 })
    expect(await patience(error, running())).toEqual({ reason: 'refused', lasted: 0, polls: 1 })
  })
})

describe('404 is believed for notFoundGrace', () => {
  test('before the export was seen', async () => {
    const { reason, lasted } = await patience(apiError(404))
    expect(reason).toBe('not-found')
    expect(lasted).toBeGreaterThanOrEqual(30_000)
    expect(lasted).toBeLessThan(37_000)
  })

  test('after it was seen', async () => {
    const { reason, lasted } = await patience(apiError(404), pending(), running())
    expect(reason).toBe('not-found')
    expect(lasted).toBeLessThan(37_000)
  })

  test.each([
    ['a job', running()],
    ['a refusal that can pass', apiError(503)],
    ['an answer that is not to be trusted', response],
  ])('anew after %s', async (_, step) => {
    const clock = naiveClock()
    const row = [apiError(404), apiError(404), apiError(404), apiError(404)]
    const client = scripted(clock, pending(), ...row, step, ...row, step, ...row, step, ...row, completed)
    expect(await waitForCompletion(client, 'e1', { ...options, clock })).toBe(completed)
  })

  test('but no answer at all does not break the row', async () => {
    const clock = naiveClock()
    const client = scripted(clock, apiError(404), network, apiError(404), network, network, apiError(404))
    const error = await waitErrorOf(waitForCompletion(client, 'e1', { ...options, clock }))
    expect(error.reason).toBe('not-found')
    expect(clock.now()).toBeLessThan(42_000)
  })

  test('`notFoundGrace: 0` believes nothing', async () => {
    const clock = naiveClock()
    const client = scripted(clock, apiError(404))
    const error = await waitErrorOf(waitForCompletion(client, 'e1', { clock, notFoundGrace: 0 }))
    expect(error.reason).toBe('not-found')
    expect(client.times).toEqual([0])
  })
})

describe.each<ResponseErrorCode>(['not-json', 'too-large', 'unexpected-shape', 'wrong-job'])(
  'an answer that cannot be trusted: %s',
  (code) => {
    const error = new ResponseError(code, 'not to be trusted', 'acme')

    test('is told soon while the export was never seen', async () => {
      const { reason, lasted } = await patience(error)
      expect(reason).toBe('unreachable')
      expect(lasted).toBeGreaterThanOrEqual(30_000)
      expect(lasted).toBeLessThan(37_000)
    })

    test('is tolerated once it was', async () => {
      const { reason, lasted } = await patience(error, running())
      expect(reason).toBe('unreachable')
      expect(lasted).toBeGreaterThanOrEqual(600_000)
      expect(lasted).toBeLessThan(607_000)
    })
  },
)

test.each([
  ['HTTP 503', apiError(503)],
  ['network', network],
])('`tolerate: 0` ends the wait with the first failure: %s', async (_, error) => {
  const clock = naiveClock()
  const client = scripted(clock, running(), error, completed)
  const { reason, cause } = await waitErrorOf(waitForCompletion(client, 'e1', { clock, tolerate: 0 }))
  expect(reason).toBe('unreachable')
  expect(cause).toBe(error)
  expect(client.times).toHaveLength(2)
})

test('an answer between failures gives the tolerance anew', async () => {
  const clock = naiveClock()
  const outage = Array.from({ length: 80 }, () => apiError(503))
  const client = scripted(clock, ...outage, running(), ...outage, running(), ...outage, completed)
  expect(await waitForCompletion(client, 'e1', { ...options, clock })).toBe(completed)
  expect(clock.now()).toBeGreaterThan(1_200_000)
})

test('the deadline comes before the end of the tolerance', async () => {
  const clock = naiveClock()
  const cause = apiError(503)
  const client = scripted(clock, running(), cause)
  const error = await waitErrorOf(waitForCompletion(client, 'e1', { ...options, clock, timeout: '2m' }))
  expect(error.reason).toBe('timeout')
  expect(error.cause).toBe(cause)
  expect(clock.now()).toBe(120_000)
})

describe('what a client throws that is no error of ours', () => {
  class QuotaError extends Error {}
  const thrown: [what: string, value: unknown, name: RegExp][] = [
    ['a bug', attempt(() => (undefined as unknown as { foo: string }).foo), /TypeError at .*to-wait-error/],
    ['an error of its own', new QuotaError('s3cret'), /QuotaError at .*to-wait-error/],
    ['its fetch', attempt(() => new URL('s3cret')), /TypeError at \S+:\d+:\d+/],
    ['a word', 's3cret', /a string\./],
    ['nothing', undefined, /undefined\./],
    ['an object', { s3cret: 's3cret' }, /Object\./],
  ]

  test.each(thrown)('%s is told at once, with its place and without its text', async (_, value, name) => {
    const clock = naiveClock()
    const updates: Update[] = []
    const client = scripted(clock, rejecting(value), completed)
    await waitForCompletion(client, 'e1', { clock, onUpdate: (update) => updates.push(update) })
    const [first] = updates
    expect(first?.type === 'poll-failed' && first.error).toMatchObject({
      name: 'TransportError',
      vendor: 'acme',
    })
    const { message, stack } = (first as { error: Error }).error
    expect(message).toMatch(name)
    expect(`${message}${stack}`).not.toContain('s3cret')
  })

  test.each(thrown)(
    '%s is tolerated for a moment only, while the export was never seen',
    async (_, value) => {
      const clock = naiveClock()
      const { reason, cause } = await waitErrorOf(
        waitForCompletion(scripted(clock, rejecting(value)), 'e1', { ...options, clock }),
      )
      expect([reason, cause?.code]).toEqual(['unreachable', 'network'])
      expect(clock.now()).toBeLessThan(37_000)
    },
  )

  test.each(thrown)('%s is tolerated once it was', async (_, value) => {
    const clock = naiveClock()
    await waitErrorOf(
      waitForCompletion(scripted(clock, running(), rejecting(value)), 'e1', { ...options, clock }),
    )
    expect(clock.now()).toBeGreaterThanOrEqual(600_000)
  })
})

test('answers that are not to be trusted and "not found" are one row while the export was never seen', async () => {
  const clock = naiveClock()
  const client = scripted(clock, ...Array.from({ length: 50 }, () => [apiError(404), response]).flat())
  await waitErrorOf(waitForCompletion(client, 'e1', { ...options, clock }))
  expect(clock.now()).toBeLessThan(37_000)
})

test('an outage before it takes nothing of the time that such an answer has', async () => {
  const clock = naiveClock()
  const outage = Array.from({ length: 20 }, () => apiError(503))
  const client = scripted(clock, ...outage, response, response, completed)
  expect(await waitForCompletion(client, 'e1', { ...options, clock })).toBe(completed)
})

test.each([
  ['timeout', running(), 'continues'],
  ['unreachable', apiError(503), 'continues'],
  ['unauthorized', apiError(401), 'Check the token'],
  ['not-found', apiError(404), 'Check the id'],
  ['refused', apiError(403), 'Fix what the cause names'],
])('a WaitError advises what to do next: %s', async (reason, step, advice) => {
  const clock = naiveClock()
  const error = await waitErrorOf(waitForCompletion(scripted(clock, step as Step), 'e1', { clock }))
  expect(error.reason).toBe(reason)
  expect(error.advice).toContain(advice)
  expect(error.message.endsWith(error.advice as string)).toBe(true)
})

test('an export that was never seen within the timeout is not said to continue', async () => {
  const clock = naiveClock()
  const client = scripted(clock, apiError(503))
  const error = await waitErrorOf(waitForCompletion(client, 'e1', { clock, timeout: '2m' }))
  expect(error.reason).toBe('timeout')
  expect(error.message).toContain('no poll of it succeeded within the timeout')
  expect(error.message).not.toContain('continues')
})

const rejecting = (value: unknown) => async () => {
  throw value
}

function attempt(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}
