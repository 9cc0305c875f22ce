import { describe, expect, test } from 'vitest'
import { checkHeaders, checkToken, type HeadersInput, whyNoToken } from '../../src/http/headers.ts'
import { caughtError, everythingOf } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import { createPlainClient, runningExport } from '../support/vendors.ts'

const secret = 'hush-hush-header-secret'

/** As node-fetch and other realms have it: iterable, and no `Headers` of this one. */
const foreignHeaders = {
  *[Symbol.iterator]() {
    yield ['X-A', 'b'] as const
  },
}

const forms: [what: string, headers: HeadersInput][] = [
  ['an object', { 'X-A': 'b' }],
  ['one with undefined', { 'X-A': 'b', 'x-none': undefined }],
  ['Headers', new Headers({ 'X-A': 'b' })],
  ['a Map', new Map([['X-A', 'b']])],
  ['pairs', [['X-A', 'b']]],
  ['foreign Headers', foreignHeaders],
]

const bad: [what: string, headers: unknown][] = [
  ['a line feed', { a: `${secret}\nx: y` }],
  ['a carriage return', new Map([['a', `${secret}\r`]])],
  ['a NUL', [['a', `${secret}\0`]]],
  ['no Latin-1', { a: `${secret}€` }],
  ['a number', new Map([['a', 5]])],
  ['null', [['a', null]]],
  ['an empty name', [['', secret]]],
  ['a name with a space', { 'a b': secret }],
  ['a name with a line break', { 'a\nb': secret }],
]

describe('checkHeaders', () => {
  test.each(forms)('reads %s', (_, headers) => expect(checkHeaders(headers, 'tyk')).toEqual({ 'x-a': 'b' }))

  test('reads nothing', () => expect(checkHeaders(undefined, 'tyk')).toEqual({}))

  test.each([...bad, ['a text', secret], ['null itself', null], ['a number itself', 5]])(
    'refuses %s',
    (_, headers) => {
      expect(() => checkHeaders(headers as never, 'tyk')).toThrow(
        expect.objectContaining({ code: 'invalid-option' }),
      )
      expect(() => checkHeaders(headers as never, 'tyk')).not.toThrow(secret)
    },
  )

  test('reads nothing off a polluted prototype', () => {
    const prototype = Object.prototype as unknown as Record<string, unknown>
    prototype['x-polluted'] = 'yes'
    try {
      expect(checkHeaders({ a: 'b' }, 'tyk')).toEqual(Object.assign(Object.create(null), { a: 'b' }))
      expect(Object.keys(checkHeaders({ a: 'b' }, 'tyk'))).toEqual(['a'])
    } finally {
      delete prototype['x-polluted']
    }
  })
})

describe('headers of a raw call', () => {
  const params = { path: { id: 'exp-1' } }

  test.each(forms)('may be %s', async (_, headers) => {
    const { fetch, requests } = createFakeFetch({ body: runningExport() })
    await createPlainClient({ fetch }).api.GET('/exports/{id}', { params, headers: headers as never })
    expect(requests[0]?.headers).toMatchObject({ 'x-a': 'b' })
  })

  test.each(bad.filter(([what]) => what !== 'a number' && what !== 'null'))(
    'are refused with %s before any request',
    async (_, headers) => {
      const { fetch, requests } = createFakeFetch({ body: runningExport() })
      const { api } = createPlainClient({ fetch })
      const error = await caughtError(api.GET('/exports/{id}', { params, headers: headers as never }))
      expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid-option' })
      expect(everythingOf(error)).not.toContain(secret)
      expect(requests).toHaveLength(0)
    },
  )
})

test.each<[token: unknown, why: string | undefined]>([
  ['abc', undefined],
  ['a b', undefined],
  ['é', undefined],
  ['', 'not empty'],
  [undefined, 'string'],
  [5, 'string'],
  ['a\n', 'line breaks'],
  ['a\r\nb', 'line breaks'],
  ['€', 'Latin-1'],
  ['a\u007f', 'control'],
  [' a', 'space'],
  ['a ', 'space'],
])('the token %j', (token, why) => {
  if (why) expect(whyNoToken(token)).toContain(why)
  else expect(whyNoToken(token)).toBeUndefined()
})

test('a token that cannot be sent is not repeated, a good one comes back', () => {
  expect(checkToken('abc', 'tyk')).toBe('abc')
  expect(() => checkToken(`${secret}\n`, 'tyk', 'merchantToken')).toThrow(/merchantToken of the tyk client/)
  expect(() => checkToken(`${secret}\n`, 'tyk')).not.toThrow(secret)
})

test.each([[[1]], [[null]], [new Set(['a'])], ['a'], [5], [null]])('%j cannot be headers', (headers) => {
  const message = 'headers of the tyk client must be an object, a Headers or a list of [name, value].'
  expect(() => checkHeaders(headers as never, 'tyk')).toThrow(
    expect.objectContaining({ code: 'invalid-option', message }),
  )
})
