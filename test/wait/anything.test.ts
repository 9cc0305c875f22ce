import { describe, expect, test } from 'vitest'
import {
  ConfigurationError,
  JobFailedError,
  pollOnce,
  pollStep,
  ResponseError,
  startWait,
  TransportError,
  WaitError,
  waitForCompletion,
} from '../../src/index.ts'
import fc from '../support/fast-check.ts'
import {
  type AcmeClient,
  type AcmeJob,
  apiError,
  completed,
  expired,
  failed,
  naiveClock,
  outcome,
  pending,
  running,
  type Step,
  scripted,
  unknown,
  waitErrorOf,
} from './world.ts'

const job = fc.constantFrom<Step>(pending(), running(), running({ progress: 3 }), unknown())
const end = fc.constantFrom<Step>(completed, failed, expired)
const typed = fc.oneof(
  fc
    .record({
      status: fc.integer({ min: 300, max: 599 }),
      hint: fc.option(fc.nat(90_000), { nil: undefined }),
    })
    .map(({ status, hint }): Step => apiError(status, hint === undefined ? {} : { retryAfter: hint })),
  fc.constantFrom<Step>(
    new TransportError('network', 'x'),
    new TransportError('tls', 'x'),
    new ResponseError('not-json', 'x'),
    new JobFailedError(failed as AcmeJob & { status: 'failed' }),
  ),
)
const untyped = fc.anything({ withDate: true, withMap: true, withBigInt: true, withNullPrototype: true }).map(
  (thrown): Step =>
    () => {
      throw thrown
    },
)
const brokenErrors = fc.constantFrom<Step>(
  new TypeError('fetch failed'),
  new DOMException('late', 'TimeoutError'),
)

const steps = fc.array(fc.oneof(job, typed, untyped, brokenErrors, { arbitrary: end, weight: 1 }), {
  minLength: 1,
})
const options = fc.record(
  {
    timeout: fc.nat(4_000_000),
    tolerate: fc.nat(900_000),
    notFoundGrace: fc.nat(60_000),
    stallAfter: fc.nat(900_000),
  },
  { requiredKeys: [] },
)

test('whatever a client throws, a wait ends in one of four ways', async () => {
  await fc.assert(
    fc.asyncProperty(steps, options, async (script, given) => {
      const clock = naiveClock()
      const client = scripted(clock, ...script)
      const { value, error } = await outcome(waitForCompletion(client, 'e1', { ...given, clock }))
      const answers = script.slice(0, client.times.length)
      if (error === undefined) {
        expect(value).toBe(completed)
        expect(answers.at(-1)).toBe(completed)
      } else {
        expect(error instanceof JobFailedError || error instanceof WaitError).toBe(true)
        if (error instanceof JobFailedError) expect(answers.at(-1)).toBe(error.job)
        else {
          const state = (error as WaitError).state
          expect(JSON.parse(JSON.stringify(state))).toMatchObject({ ref: 'e1', polls: client.times.length })
        }
      }
      // The first terminal answer wins: none was passed over.
      for (const answer of answers.slice(0, -1)) {
        expect([completed, failed, expired]).not.toContain(answer)
      }
      expect(clock.now()).toBeLessThanOrEqual(given.timeout ?? 3_600_000)
    }),
    { numRuns: 500 },
  )
})

test('a client may throw at once instead of rejecting', async () => {
  const clock = naiveClock()
  const client: AcmeClient = {
    vendor: 'acme',
    get() {
      throw new TypeError('at once')
    },
  }
  const { error } = await outcome(waitForCompletion(client, 'e1', { clock }))
  expect(error).toMatchObject({ code: 'wait-unreachable', cause: { code: 'network', vendor: 'acme' } })
})

test('what an untyped error says is not repeated', async () => {
  const clock = naiveClock()
  const client = scripted(clock, new TypeError('fetch failed with Bearer s3cret'))
  const { error } = await outcome(waitForCompletion(client, 'e1', { clock }))
  const { message, stack, cause } = error as WaitError
  expect(`${message}${stack}${cause?.message}${cause?.stack}${JSON.stringify(error)}`).not.toContain('s3cret')
})

test('a ConfigurationError of the client, such as for its ref, comes out as it is', async () => {
  const clock = naiveClock()
  const refused = new ConfigurationError('invalid-ref', 'no such ref', 'acme')
  const { error } = await outcome(waitForCompletion(scripted(clock, refused), '..', { clock }))
  expect(error).toBe(refused)
})

describe('a ConfigurationError of the client after the export was seen, such as for an odd link,', () => {
  const refused = new ConfigurationError('invalid-ref', 'The file id for acme must be a string, not null.')

  test('is a failed poll', async () => {
    const clock = naiveClock()
    const client = scripted(clock, running(), refused, completed)
    expect(await waitForCompletion(client, 'e1', { clock })).toBe(completed)
    const { state } = await pollOnce(scripted(clock, running()), startWait('e1'), { clock })
    const step = await pollStep(scripted(clock, refused), state, { clock })
    expect(step).toMatchObject({ outcome: 'waiting', error: { code: 'invalid-ref' } })
  })

  test('that lasts ends the wait with its state', async () => {
    const clock = naiveClock()
    const error = await waitErrorOf(waitForCompletion(scripted(clock, running(), refused), 'e1', { clock }))
    expect(error).toMatchObject({ reason: 'unreachable', cause: refused, state: { status: 'running' } })
  })
})

describe('what a hand-written client may get wrong', () => {
  const answering = async (step: () => unknown) => {
    const clock = naiveClock()
    const client = scripted(clock, running(), step)
    const { value, error } = await outcome(waitForCompletion(client, 'e1', { clock, timeout: '2m' }))
    expect(value).toBeUndefined()
    expect(error).toBeInstanceOf(WaitError)
    return { error: error as WaitError, client }
  }

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a word', 'completed'],
    ['an empty object', {}],
    ['a status that is none', { ...running(), status: 'done' }],
    ['a status in capitals', { ...running(), status: 'COMPLETED' }],
  ])('get answers with %s', async (_, answer) => {
    const { error } = await answering(() => answer)
    expect(error.cause).toMatchObject({ name: 'ResponseError', code: 'unexpected-shape', vendor: 'acme' })
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e300, 2 * 86_400_000])(
    'a retryAfter of %d is nonsense and ignored',
    async (retryAfter) => {
      let polls = 0
      const { error, client } = await answering(() => {
        if (++polls > 500) return completed
        return running({ retryAfter })
      })
      expect(error.retryAt).toBeUndefined()
      expect(client.times.at(-1)).toBe(120_000)
    },
  )

  test.each(
    ['createdAt', 'answeredAt', 'completedAt', 'progress', 'retryAfter', 'rawStatus', 'id', 'raw'].flatMap(
      (field) =>
        ['2026-01-01', '', 5, null, undefined, {}, [], true, new Date(Number.NaN)].map((value) => ({
          field,
          value,
        })),
    ),
  )('a $field of $value does not end a wait', async ({ field, value }) => {
    const clock = naiveClock()
    const updates: unknown[] = []
    const client = scripted(clock, { ...running(), [field]: value } as AcmeJob, completed)
    const job = await waitForCompletion(client, 'e1', { clock, onUpdate: ({ type }) => updates.push(type) })
    expect(job).toBe(completed)
    expect(updates).toEqual(['job', 'job'])
  })

  test('a createdAt that is no date is not known', async () => {
    let polls = 0
    const { client } = await answering(() => {
      if (++polls > 500) return completed
      return running({ createdAt: new Date(Number.NaN) })
    })
    expect(client.times.at(-1)).toBe(120_000)
  })

  test('a progress that is no number is not known', async () => {
    let polls = 0
    const { client } = await answering(() => {
      if (++polls > 500) return completed
      return running({ progress: Number.NaN })
    })
    expect(client.times.at(-1)).toBe(120_000)
  })

  test.each([
    ['a symbol', () => Object.assign(new Error('x'), { name: Symbol('x') })],
    [
      'a getter that throws',
      () =>
        Object.defineProperty(new Error('x'), 'name', {
          get() {
            throw new RangeError('y')
          },
        }),
    ],
  ])('an error whose name is %s', async (_, make) => {
    await answering(() => {
      throw make()
    })
  })
})
