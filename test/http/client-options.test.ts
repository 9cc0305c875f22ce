import { describe, expect, test } from 'vitest'
import { caughtError, everythingOf } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import { createPlainClient, runningExport, secretToken, vendorNames, vendors } from '../support/vendors.ts'

const invalidOption = expect.objectContaining({ name: 'ConfigurationError', code: 'invalid-option' })

const badOptions: [what: string, options: object][] = [
  ['baseUrl: no URL', { baseUrl: 'tyk.example' }],
  ['baseUrl: empty', { baseUrl: '' }],
  ['baseUrl: a number', { baseUrl: 7 }],
  ['baseUrl: relative', { baseUrl: '//tyk.example/api/v1' }],
  ['baseUrl: plain http', { baseUrl: 'http://tyk.example' }],
  ['baseUrl: plain http to an address', { baseUrl: 'http://10.0.0.1' }],
  ['baseUrl: plain http, like this machine', { baseUrl: 'http://localhost.evil.example' }],
  ['baseUrl: plain http, like this address', { baseUrl: 'http://127.0.0.1.evil.example' }],
  ['baseUrl: another scheme', { baseUrl: 'ftp://tyk.example' }],
  ['baseUrl: a file', { baseUrl: 'file:///etc' }],
  ['baseUrl: credentials', { baseUrl: `https://user:${secretToken}@tyk.example` }],
  ['baseUrl: a query', { baseUrl: `https://tyk.example/?key=${secretToken}` }],
  ['baseUrl: an empty query', { baseUrl: 'https://tyk.example/?' }],
  ['baseUrl: a fragment', { baseUrl: 'https://tyk.example/#x' }],
  ['baseUrl: a line break', { baseUrl: 'https://tyk.example/\nx' }],
  ['baseUrl: a space', { baseUrl: ' https://tyk.example' }],
  ['token: missing', { token: undefined }],
  ['token: null', { token: null }],
  ['token: empty', { token: '' }],
  ['token: a line break', { token: `${secretToken}\r\nx-evil: 1` }],
  ['token: a NUL', { token: `${secretToken}\0` }],
  ['token: outside Latin-1', { token: `${secretToken}€` }],
  ['token: a space at its end', { token: `${secretToken} ` }],
  ['token: an object', { token: { secretToken } }],
  ['headers: a bad name', { headers: { 'x y': secretToken } }],
  ['headers: an empty name', { headers: { '': secretToken } }],
  ['headers: a line break', { headers: { 'x-a': `${secretToken}\nx: 1` } }],
  ['headers: outside Latin-1', { headers: { 'x-a': `${secretToken}€` } }],
  ['headers: a number', { headers: { 'x-a': 7 } }],
  ['retries: negative', { retries: -1 }],
  ['retries: a half', { retries: 0.5 }],
  ['retries: a text', { retries: '2' }],
  ['retries: infinite', { retries: Number.POSITIVE_INFINITY }],
  ['concurrency: 0', { concurrency: 0 }],
  ['concurrency: a half', { concurrency: 1.5 }],
  ['concurrency: a text', { concurrency: '4' }],
  ['timeout: negative', { timeout: -1 }],
  ['timeout: NaN', { timeout: Number.NaN }],
  ['timeout: infinite', { timeout: Number.POSITIVE_INFINITY }],
  ['timeout: more than a hundred years', { timeout: '100000d' }],
  ['timeout: no unit', { timeout: '30' }],
  ['timeout: an unknown unit', { timeout: '30w' }],
  ['timeout: an exponent', { timeout: '1e3s' }],
  ['timeout: hexadecimal', { timeout: '0x10s' }],
  ['timeout: a space', { timeout: '30 s' }],
  ['timeout: negative text', { timeout: '-30s' }],
  ['rateLimit: true', { rateLimit: true }],
  ['rateLimit: a number', { rateLimit: 5 }],
  ['rateLimit: take is no function', { rateLimit: { take: 5 } }],
  ['rateLimit: no requests', { rateLimit: { requests: 0, per: '1s' } }],
  ['rateLimit: half a request', { rateLimit: { requests: 0.5, per: '1s' } }],
  ['rateLimit: no duration', { rateLimit: { requests: 5 } }],
  ['rateLimit: a bad duration', { rateLimit: { requests: 5, per: '1 second' } }],
  ['allowHttp: a text', { allowHttp: 'yes' }],
  ['fetch: an object', { fetch: {} }],
  ['onRequest: a text', { onRequest: 'log' }],
  ['clock: empty', { clock: {} }],
  ['clock: null', { clock: null }],
]

for (const vendor of vendorNames) {
  test.each(badOptions)(`${vendor} refuses %s`, (_, options) => {
    let thrown: unknown
    try {
      vendors[vendor].create(options as never)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toEqual(invalidOption)
    expect(everythingOf(thrown)).not.toContain(secretToken)
  })
}

test('Tyk has no base URL of its own', () => {
  expect(() => createPlainClient({ baseUrl: undefined as never })).toThrow(invalidOption)
})

test.each([
  ['http://localhost:1'],
  ['http://127.0.0.1'],
  ['http://127.8.9.10'],
  ['http://[::1]:8080/api/v1'],
  ['http://tyk.localhost'],
])('plain http to %s needs no permission', (baseUrl) => {
  expect(() => createPlainClient({ baseUrl })).not.toThrow()
})

test('allowHttp permits plain http', async () => {
  const { fetch, requests } = createFakeFetch({ body: runningExport() })
  await createPlainClient({ fetch, baseUrl: 'http://tyk.intern/api', allowHttp: true }).get('exp-1')
  expect(requests[0]?.url).toBe('http://tyk.intern/api/exports/exp-1')
})

test.each([
  ['https://tyk.example', 'https://tyk.example/exports/exp-1'],
  ['https://tyk.example/', 'https://tyk.example/exports/exp-1'],
  ['https://tyk.example/a/b///', 'https://tyk.example/a/b/exports/exp-1'],
  ['HTTPS://TYK.example:443/Api', 'https://tyk.example/Api/exports/exp-1'],
])('%s: what stands before the path is kept', async (baseUrl, url) => {
  const { fetch, requests } = createFakeFetch({ body: runningExport() })
  await createPlainClient({ fetch, baseUrl }).get('exp-1')
  expect(requests[0]?.url).toBe(url)
})

test.each([[undefined], ['1.5s'], ['0.5m'], [0], ['7d'], ['36500d']] as const)('timeout %j', (timeout) => {
  expect(() => createPlainClient({ timeout })).not.toThrow()
})

test('headers go to the vendor, and none of them takes the place of the token', async () => {
  const { fetch, requests } = createFakeFetch({ body: runningExport() })
  const headers = { 'X-Trace': 'abc', Authorization: 'Basic x', 'x-gone': undefined as never }
  await createPlainClient({ fetch, headers }).get('exp-1')
  expect(requests[0]?.headers).toMatchObject({ 'x-trace': 'abc', authorization: `Bearer ${secretToken}` })
  expect(requests[0]?.headers).not.toHaveProperty('x-gone')
})

test('headers may come as Headers', async () => {
  const { fetch, requests } = createFakeFetch({ body: runningExport() })
  await createPlainClient({ fetch, headers: new Headers({ 'X-Trace': 'abc' }) as never }).get('exp-1')
  expect(requests[0]?.headers).toMatchObject({ 'x-trace': 'abc' })
})

describe('ids', () => {
  const bad: [what: string, id: unknown][] = [
    ['empty', ''],
    ['a dot', '.'],
    ['two dots', '..'],
    ['a slash', 'a/b'],
    ['a climb', '../x'],
    ['a backslash', 'a\\b'],
    ['an encoded dot', '%2e%2E'],
    ['an encoded slash', 'a%2Fb'],
    ['an encoded backslash', 'a%5cb'],
    ['a line break', 'a\nb'],
    ['a NUL', 'a\0'],
    ['a C1 control', 'a\u0085'],
    ['a lone surrogate', 'a\ud800'],
    ['513 characters', 'x'.repeat(513)],
    ['undefined', undefined],
    ['null', null],
    ['a number', 7],
    ['an array', ['exp-1']],
  ]

  for (const vendor of vendorNames) {
    test.each(bad)(`${vendor} refuses %s before any request`, async (_, id) => {
      const { fetch, requests } = createFakeFetch({ body: {} })
      const refs =
        vendor === 'didomi'
          ? [
              { exportId: id, runId: 'a' },
              { exportId: 'a', runId: id },
            ]
          : [id]
      for (const ref of refs) {
        const error = await caughtError(vendors[vendor].create({ fetch }).get(ref))
        expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid-ref', vendor })
      }
      expect(requests).toHaveLength(0)
    })
  }

  test.each([['a?b#c'], ['a b'], ['%41'], ['...'], ['é😀'], ['x'.repeat(512)], ["!'()*;:@&=+$,~"]])(
    '%j is encoded once',
    async (id) => {
      const { fetch, requests } = createFakeFetch({ body: runningExport(id) })
      await createPlainClient({ fetch }).get(id)
      const { pathname, search, hash } = new URL(requests[0]?.url ?? '')
      expect(decodeURIComponent(pathname)).toBe(`/api/v1/exports/${id}`)
      expect([search, hash]).toEqual(['', ''])
    },
  )
})
