import { describe, expect, test } from 'vitest'
import { checkBaseUrl, isLoopback, isPrivate, parseUrl, toQuery } from '../../src/http/base-url.ts'

test.each([
  ['https://a.example', 'https://a.example'],
  ['https://a.example/', 'https://a.example'],
  ['https://a.example/api/v1', 'https://a.example/api/v1'],
  ['https://a.example/api/v1///', 'https://a.example/api/v1'],
  ['HTTPS://A.Example:443/V1', 'https://a.example/V1'],
])('%s is kept as %s', (given, kept) => expect(checkBaseUrl(given, false, 'tyk')).toBe(kept))

test.each<[what: string, url: unknown]>([
  ['nothing', undefined],
  ['no URL', 'a.example'],
  ['a number', 5],
  ['another protocol', 'ftp://a.example'],
  ['a line break', 'https://a.exa\nmple'],
  ['a space', ' https://a.example'],
  ['a password', 'https://me:hush-hush@a.example'],
  ['a name', 'https://me@a.example'],
  ['a query', 'https://a.example?token=hush-hush'],
  ['an empty query', 'https://a.example?'],
  ['a fragment', 'https://a.example#hush-hush'],
  ['plain http', 'http://a.example'],
])('%s is refused, and not repeated', (_, url) => {
  const error = (() => {
    try {
      return checkBaseUrl(url as string, false, 'tyk')
    } catch (thrown) {
      return thrown as Error
    }
  })()
  expect(error).toMatchObject({ code: 'invalid-option', vendor: 'tyk' })
  expect(String(error)).not.toContain('hush-hush')
})

test('plain http may be allowed', () => {
  expect(checkBaseUrl('http://a.example', true, 'tyk')).toBe('http://a.example')
})

test('a text that is no URL is undefined', () => expect(parseUrl('x')).toBeUndefined())

const hostOf = (url: string) => new URL(url).hostname

test.each([
  ['http://localhost', true],
  ['http://localhost.', true],
  ['http://a.localhost', true],
  ['http://127.9.8.7', true],
  ['http://[::1]', true],
  ['http://localhost.example', false],
  ['http://127.0.0.1.example', false],
  ['http://10.0.0.1', false],
])('%s is this machine: %s', (url, is) => expect(isLoopback(hostOf(url))).toBe(is))

describe('a private address', () => {
  test.each([
    ...['0.0.0.0', '10.1.2.3', '127.0.0.1', '172.16.0.1', '172.31.9.9', '192.168.0.1', '169.254.169.254'],
    ...['100.64.0.1', '100.127.0.1', '[::1]', '[::]', '[fc00::1]', '[fd12::1]', '[fe80::1]', '[feb0::1]'],
    ...['[::ffff:10.0.0.1]', '[64:ff9b::a00:1]', 'localhost', '2130706433', '0x7f.1'],
  ])('%s', (host) => expect(isPrivate(hostOf(`http://${host}`))).toBe(true))

  test.each([
    ...['8.8.8.8', '172.15.0.1', '172.32.0.1', '192.169.0.1', '169.253.0.1', '100.63.0.1', '100.128.0.1'],
    ...['11.0.0.1', '[2001:db8::1]', '[fec0::1]', 'a.example', 'fd.example'],
  ])('none: %s', (host) => expect(isPrivate(hostOf(`http://${host}`))).toBe(false))
})

test('a query is encoded, without what has no value', () => {
  const query = { $limit: 99, none: undefined, null: null, text: 'a &=#é', no: false, empty: '', zero: 0 }
  expect(toQuery(query)).toBe('$limit=99&text=a%20%26%3D%23%C3%A9&no=false&empty=&zero=0')
})
