import { describe, expect, test } from 'vitest'
import {
  type ApiErrorCode,
  type ConfigurationErrorCode,
  type JobFailedError,
  pollOnce,
  type ResponseErrorCode,
  records,
  startWait,
  type TransportErrorCode,
  type WaitError,
  type WaitErrorReason,
} from '../../src/index.ts'
import type { TykClientOptions } from '../../src/vendors/tyk.ts'
import { caughtError } from '../support/caught.ts'
import { createFakeFetch, type FakeAnswer } from '../support/fake-fetch.ts'
import { createPlainClient, type VendorName, vendorNames, vendors } from '../support/vendors.ts'
import {
  all,
  canaries,
  createSecretive,
  everyCanary,
  expectNoneSeen,
  expectSilent,
  failing,
  gossip,
  heldBy,
  ownWords,
  refusing,
  signedUrl,
  whole,
} from './support/canaries.ts'
import { answerOf, bodyOf, shapes, withValue } from './support/vendor-answers.ts'

interface Failure {
  what: string
  name: 'ApiError' | 'TransportError' | 'ResponseError'
  code: ApiErrorCode | TransportErrorCode | ResponseErrorCode
  reason: WaitErrorReason
  answer: (vendor: VendorName) => FakeAnswer
  options?: Partial<TykClientOptions>
}

const api = (status: number, code: ApiErrorCode, reason: WaitErrorReason): Failure => {
  return {
    what: `${status}`,
    name: 'ApiError',
    code,
    reason,
    answer: (vendor) => refusing(status, ownWords(vendor)),
  }
}
const transport = (code: TransportErrorCode, reason: WaitErrorReason, answer: FakeAnswer): Failure => {
  return { what: code, name: 'TransportError', code, reason, answer: () => answer }
}
const response = (what: string, code: ResponseErrorCode, answer: Failure['answer']): Failure => {
  return { what, name: 'ResponseError', code, reason: 'unreachable', answer }
}
const failures: Failure[] = [
  api(400, 'invalid-request', 'refused'),
  api(401, 'unauthorized', 'unauthorized'),
  api(402, 'payment-required', 'refused'),
  api(403, 'forbidden', 'refused'),
  api(404, 'not-found', 'not-found'),
  api(409, 'http-error', 'refused'),
  api(410, 'gone', 'refused'),
  api(422, 'invalid-request', 'refused'),
  api(429, 'rate-limited', 'unreachable'),
  api(503, 'server-error', 'unreachable'),
  transport('network', 'unreachable', failing('ECONNREFUSED')),
  transport('network', 'unreachable', failing(everyCanary)),
  transport('tls', 'refused', failing('CERT_HAS_EXPIRED')),
  transport('redirect', 'refused', refusing(302, everyCanary)),
  {
    ...transport('timeout', 'unreachable', {}),
    options: { timeout: 1, fetch: () => new Promise(() => {}) },
  },
  response('a page', 'not-json', whole(everyCanary, 'text/html')),
  response('a type of canaries', 'not-json', whole(everyCanary, `text/${canaries.token}`)),
  response('damaged JSON', 'not-json', whole(`{"a": "${everyCanary}"`)),
  response('a bare word', 'not-json', whole(everyCanary)),
  response('too much', 'too-large', whole(everyCanary.padEnd(9 * 1024 * 1024, everyCanary))),
  response('another shape', 'unexpected-shape', (vendor) =>
    answerOf({
      ...(withValue(bodyOf(vendor, 'x'), shapes[vendor].status.slice(0, 1), { [everyCanary]: 1 }) as object),
      [everyCanary]: everyCanary,
    }),
  ),
  response('another job', 'wrong-job', (vendor) =>
    answerOf(
      withValue(
        bodyOf(vendor, 'x'),
        vendor === 'didomi' ? ['data', 0, 'export_id'] : shapes[vendor].id,
        everyCanary,
      ),
    ),
  ),
]

describe.each(vendorNames)('%s', (vendor) => {
  const { ref } = vendors[vendor]
  const { words } = shapes[vendor]
  const running = gossip(vendor, words.running)

  test.each(failures)(
    '$name $code of $what, then $reason',
    async ({ name, code, reason, answer, options }) => {
      const once = createSecretive(vendor, [answer(vendor)], options)
      const { error } = await once.get({ retries: 0 })
      expect(error).toMatchObject({ name, code })
      expectSilent('error', error, all)
      expectNoneSeen(vendor, once)

      const waiting = createSecretive(vendor, [running, answer(vendor)], options)
      const { error: end } = await waiting.wait(waiting.patience)
      expect(end).toMatchObject({ name: 'WaitError', reason, cause: { name, code } })
      expectSilent('WaitError', end, all)
      expectSilent('its state', (end as WaitError).state, all)
      expectNoneSeen(vendor, waiting)
    },
  )

  const ends: [what: WaitErrorReason | 'job-failed' | 'job-expired', word: string, options?: object][] = [
    ['timeout', words.running],
    ['stalled', words.running, { stallAfter: '6m' }],
    ['unknown-status', 'archiving'],
    ['job-failed', words.failed],
    ...(words.expired ? [['job-expired', words.expired] as ['job-expired', string]] : []),
  ]
  test.each(ends)('%s', async (what, word, options) => {
    const world = createSecretive(vendor, [running, gossip(vendor, word)])
    const { error } = await world.wait({ ...world.patience, ...options })
    expect(error).toMatchObject({ code: what.startsWith('job-') ? what : `wait-${what}` })
    const { state, lastJob, job } = error as WaitError & JobFailedError
    expectSilent('error', error, all)
    expectSilent('its state', state, all)
    expectSilent('its job', lastJob ?? job, heldBy(vendor))
    expectNoneSeen(vendor, world)
  })

  const isHidden = (surface: string) => surface === 'inspect with hidden'
  test.each([
    ['whatever a log shows', (surface: string) => !isHidden(surface)],
    ['hidden fields', isHidden],
  ])('what the vendor says of an export is in no error: %s', async (_, isShown) => {
    const telling = (word: string) => {
      const { id } = shapes[vendor]
      const body = bodyOf(vendor, word)
      const url = vendor === 'loyaltydog' ? 'downloadUrl' : 'download_url'
      const run = withValue(body, [...id.slice(0, -1), url], signedUrl)
      return answerOf(withValue(run, [...id.slice(0, -1), 'rows'], canaries.body))
    }
    for (const word of Object.values(words).filter((each) => each !== words.completed)) {
      const world = createSecretive(vendor, [telling(word)])
      const { error } = await world.wait(world.patience)
      const { lastJob, job } = error as WaitError & JobFailedError
      expect(JSON.stringify(lastJob ?? job)).toContain(canaries.signature)
      expectSilent('error', error, all, isShown)
      expectSilent('events', world.events, all)
    }
  })

  test('a token that was renewed is struck out, and so is the one before', async () => {
    const words = ownWords(vendor, ['refreshed'])
    const world = createSecretive(vendor, [refusing(401, ownWords(vendor)), refusing(403, words)])
    const { error } = await world.get()
    expect(error).toMatchObject({ code: 'forbidden' })
    expectSilent('error', error, all)
    expectNoneSeen(vendor, world)
  })

  test('the state of each poll', async () => {
    const steps = [running, refusing(503, ownWords(vendor)), running, gossip(vendor, words.completed)]
    const { client, clock } = createSecretive(vendor, steps)
    let state = startWait(ref)
    for (const step of steps) {
      const { state: next, update } = await pollOnce(client, state, { clock })
      expectSilent('state', next, all)
      expectSilent('update', update, step.status === 503 ? all : heldBy(vendor))
      state = next
    }
    expect(state.finished).toBe(true)
  })
})

test('ResponseError incomplete, of what a file holds', async () => {
  const text = `[{"a":"${everyCanary}"`
  const headers = { 'content-length': `${Buffer.byteLength(text)}` }
  const { fetch } = createFakeFetch(({ url }) =>
    url.endsWith('/download') ? { text, headers } : { status: 404 },
  )
  const error = await caughtError(records(createPlainClient({ fetch, retries: 0 }), 'exp-1').next())
  expect(error).toMatchObject({ name: 'ResponseError', code: 'incomplete' })
  expectSilent('error', error, all)
})

test('every code of the contract is in the tables', () => {
  // Typed so that a code that is added, or gone, fails to compile.
  const codes: Record<ApiErrorCode | TransportErrorCode | ResponseErrorCode, true> = {
    unauthorized: true,
    'payment-required': true,
    forbidden: true,
    'not-found': true,
    gone: true,
    'invalid-request': true,
    'rate-limited': true,
    'server-error': true,
    'http-error': true,
    network: true,
    timeout: true,
    tls: true,
    redirect: true,
    'not-json': true,
    'too-large': true,
    'unexpected-shape': true,
    'wrong-job': true,
    incomplete: true,
  }
  const reasons: Record<WaitErrorReason, true> = {
    timeout: true,
    stalled: true,
    unreachable: true,
    unauthorized: true,
    'not-found': true,
    refused: true,
    'unknown-status': true,
  }
  const configuration: Record<ConfigurationErrorCode, true> = {
    'invalid-option': true,
    'invalid-ref': true,
    'invalid-state': true,
  }
  // Of a file, above.
  const found = [...failures.map(({ code }) => code as string), 'incomplete']
  expect(new Set(found)).toEqual(new Set(Object.keys(codes)))
  const waited = [...failures.map(({ reason }) => reason), 'timeout', 'stalled', 'unknown-status']
  expect(new Set(waited)).toEqual(new Set(Object.keys(reasons)))
  expect(Object.keys(configuration)).toHaveLength(3)
})
