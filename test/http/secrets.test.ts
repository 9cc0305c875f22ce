import { expect, test } from 'vitest'
import { isExportJobsError } from '../../src/index.ts'
import { caughtError, everythingOf } from '../support/caught.ts'
import { createFakeFetch, type FakeAnswer } from '../support/fake-fetch.ts'
import { createPlainClient, runningExport, secretToken, vendorNames, vendors } from '../support/vendors.ts'

const headerSecret = 'hush-hush-header-secret'
const json = { 'content-type': 'application/json' }

const hostile: [what: string, answer: FakeAnswer][] = [
  ['400', { status: 400, body: { detail: `your token ${secretToken}`, code: headerSecret } }],
  ['401', { status: 401, body: { error: `Bearer ${secretToken}` } }],
  ['404 with a request id', { status: 404, headers: { 'x-request-id': secretToken } }],
  ['422', { status: 422, body: { detail: [{ loc: ['header', secretToken], msg: headerSecret }] } }],
  ['500 of text', { status: 500, text: secretToken }],
  ['429', { status: 429, headers: { 'retry-after': secretToken }, body: { message: secretToken } }],
  ['a redirect', { status: 302, headers: { location: `https://x.example/?${secretToken}` } }],
  ['a page', { headers: { 'content-type': 'text/html' }, text: secretToken }],
  ['damaged JSON', { headers: json, text: `{"a": ${secretToken}` }],
  ['an unexpected shape', { headers: json, text: JSON.stringify({ [secretToken]: secretToken }) }],
  ['a failure', { error: new TypeError(`invalid header ${secretToken}`, { cause: new Error(secretToken) }) }],
  ['a failure with a code', { error: Object.assign(new Error(secretToken), { code: secretToken }) }],
]

for (const vendor of vendorNames) {
  test.each(hostile)(`${vendor}: no credential in what is left of %s`, async (_, answer) => {
    const { create, ref } = vendors[vendor]
    const { fetch } = createFakeFetch(answer)
    const events: unknown[] = []
    const client = create({
      fetch,
      retries: 0,
      headers: { 'x-secret': headerSecret },
      onRequest: (event) => events.push(event),
    })
    const error = await caughtError(client.get(ref))
    expect(isExportJobsError(error)).toBe(true)
    for (const seen of [error, client, events]) {
      expect(everythingOf(seen)).not.toContain(secretToken)
      expect(everythingOf(seen)).not.toContain(headerSecret)
    }
  })
}

test('no credential in what is left of a strange type', async () => {
  const { fetch } = createFakeFetch({ headers: { 'content-type': `text/${secretToken}` }, text: 'x' })
  const error = await caughtError(createPlainClient({ fetch }).get('exp-1'))
  expect(everythingOf(error)).not.toContain(secretToken)
})

test('the words of a page are in no error', async () => {
  const { fetch } = createFakeFetch({ headers: json, text: 'customer-row-of-somebody' })
  const error = await caughtError(createPlainClient({ fetch }).get('exp-1'))
  expect(everythingOf(error)).not.toContain('customer-row')
})

test('a client shows nothing of its options', async () => {
  const client = createPlainClient({ headers: { 'x-secret': headerSecret } })
  expect(everythingOf(client)).not.toContain(secretToken)
  expect(everythingOf(client)).not.toContain(headerSecret)
  expect(everythingOf(client.api)).not.toContain(secretToken)
})

test.each([
  ['as it is', (text: string) => text],
  [
    'escaped',
    (text: string) => [...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  ],
])('the token is struck out of raw, %s', async (_, write) => {
  const secret = write(secretToken)
  const text = `{"id":"exp-1","attributes":{"status":"failed","error_message":"a ${secret} b","x":[{"${secret}":["${secret}"]}]}}`
  const { fetch } = createFakeFetch({ headers: json, text })
  const job = await createPlainClient({ fetch }).get('exp-1')
  expect(job).toMatchObject({ status: 'failed', reason: 'a [redacted] b' })
  expect(everythingOf(job)).not.toContain(secretToken)
})

test('the token that was in use before is struck out, too', async () => {
  const { fetch } = createFakeFetch(
    { status: 401 },
    { status: 403, body: { detail: 'first-token, second-token' } },
  )
  const token = ({ refresh }: { refresh: boolean }) => (refresh ? 'second-token' : 'first-token')
  const error = await caughtError(createPlainClient({ fetch, token }).get('exp-1'))
  expect(error.problem).toEqual({ detail: '[redacted], [redacted]' })
})

test('a token with the signs of a pattern is struck out', async () => {
  const token = 'a.*+?^$' + '{}()|[]$&$1'
  const { fetch } = createFakeFetch({ status: 403, body: { detail: `no ${token} $& ${token}` } })
  const error = await caughtError(createPlainClient({ fetch, token }).get('exp-1'))
  expect(error.problem).toEqual({ detail: 'no [redacted] $& [redacted]' })
})

test('what is no secret stays', async () => {
  const { fetch } = createFakeFetch({ body: { ...runningExport(), note: 'a\\b "quoted" é' } })
  const job = await createPlainClient({ fetch }).get('exp-1')
  expect(job.raw).toEqual({ ...runningExport(), note: 'a\\b "quoted" é' })
})

test('the value of a plain header does not change what the vendor says', async () => {
  const { fetch } = createFakeFetch({ body: { id: 'my-tenant-1', attributes: { status: 'processing' } } })
  const client = createPlainClient({ fetch, headers: { 'x-tenant': 'my-tenant', 'x-mode': 'processing' } })
  expect(await client.get('my-tenant-1')).toMatchObject({ id: 'my-tenant-1', status: 'running' })
})
