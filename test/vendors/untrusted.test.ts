import { expect, test } from 'vitest'
import { caughtError } from '../support/caught.ts'
import { createFakeFetch, type FakeAnswer } from '../support/fake-fetch.ts'
import { vendorNames, vendors } from '../support/vendors.ts'

const json = (text: string): FakeAnswer => ({ headers: { 'content-type': 'application/json' }, text })

type Case = [what: string, answer: (completed: string) => FakeAnswer, code: string]

const untrusted: Case[] = [
  ['a page', () => ({ headers: { 'content-type': 'text/html' }, text: '<!doctype html>' }), 'not-json'],
  ['a page that calls itself JSON', () => json('<!doctype html>'), 'not-json'],
  ['an empty body', () => json(''), 'not-json'],
  ['a blank body', () => json(' \n'), 'not-json'],
  ['no content', () => ({ status: 204 }), 'not-json'],
  ['half a body', (text) => json(text.slice(0, -3)), 'not-json'],
  ['two bodies', (text) => json(text + text), 'not-json'],
  ['null', () => json('null'), 'unexpected-shape'],
  ['false', () => json('false'), 'unexpected-shape'],
  ['a number', () => json('7'), 'unexpected-shape'],
  ['a string', () => json('"completed"'), 'unexpected-shape'],
  ['a list', (text) => json(`[${text}]`), 'unexpected-shape'],
  ['an empty object', () => json('{}'), 'unexpected-shape'],
  ['a wrapped body', (text) => json(`{"result":${text}}`), 'unexpected-shape'],
  ['a body under __proto__', (text) => json(`{"__proto__":${text}}`), 'unexpected-shape'],
]

const refusals: [answer: FakeAnswer, error: object][] = [
  [{ status: 408 }, { code: 'http-error', retryable: true }],
  [{ status: 425 }, { code: 'http-error', retryable: true }],
  [{ status: 405 }, { code: 'http-error', retryable: false }],
  [{ status: 409 }, { code: 'http-error', retryable: false }],
  [{ status: 418 }, { code: 'http-error', retryable: false }],
  [{ status: 410 }, { code: 'gone', retryable: false }],
  [{ status: 422 }, { code: 'invalid-request', retryable: false }],
  [{ status: 429 }, { code: 'rate-limited', retryable: true }],
  [{ status: 500 }, { code: 'server-error', retryable: true }],
  [{ status: 501 }, { code: 'server-error', retryable: false }],
  [
    { status: 503, headers: { 'retry-after': '5' } },
    { code: 'server-error', retryable: true, retryAfter: 5_000 },
  ],
  [{ status: 505 }, { code: 'server-error', retryable: false }],
  [{ status: 599 }, { code: 'server-error', retryable: true }],
  [
    { status: 502, headers: { 'cf-ray': '8f1-AMS' }, text: '<html>' },
    { requestId: '8f1-AMS', problem: {} },
  ],
  [
    { status: 400, headers: { 'x-request-id': 'req-1' }, text: '{"half' },
    { requestId: 'req-1', problem: {} },
  ],
  [
    { status: 400, body: { errors: 'x', error: 7, detail: { a: 1 }, message: ['b'], title: null } },
    { problem: {} },
  ],
  [{ status: 400, text: '{"__proto__":{"title":"x"}}' }, { problem: {} }],
  [{ status: 400, text: `{"detail":"${'x'.repeat(70_000)}"}` }, { problem: {} }],
]

const named = ([answer, error]: (typeof refusals)[number]) =>
  [JSON.stringify(answer).slice(0, 80), answer, error] as const

for (const vendor of vendorNames) {
  const { create, ref, completed } = vendors[vendor]

  test.each(untrusted)(`${vendor}: %s under 200 is no success`, async (_, answer, code) => {
    const { fetch, requests } = createFakeFetch(answer(JSON.stringify(completed)))
    const error = await caughtError(create({ fetch }).get(ref))
    expect(error).toMatchObject({ name: 'ResponseError', vendor, code, retryable: false })
    expect(requests).toHaveLength(1)
  })

  test.each(refusals.map(named))(`${vendor}: %s`, async (_, answer, expected) => {
    const error = await caughtError(create({ ...createFakeFetch(answer), retries: 0 }).get(ref))
    expect(error).toMatchObject({ name: 'ApiError', vendor, httpStatus: answer.status, ...expected })
    if (!('retryAfter' in expected)) expect(error).not.toHaveProperty('retryAfter')
  })

  test(`${vendor}: an answer that is as documented is trusted`, async () => {
    const job = await create(createFakeFetch({ body: completed })).get(ref)
    expect(job).toMatchObject({ vendor, status: 'completed', ref })
  })

  test.each([['application/json; charset=utf-8'], ['application/problem+json'], ['text/json']])(
    `${vendor}: %s is JSON`,
    async (type) => {
      const answer = { headers: { 'content-type': type }, text: JSON.stringify(completed) }
      expect(await create(createFakeFetch(answer)).get(ref)).toMatchObject({ status: 'completed' })
    },
  )
}
