import { expect, test } from 'vitest'
import { toAuth } from '../../src/vendor/definition.ts'

test('a scheme makes the headers that carry a token', () => {
  expect(toAuth(undefined, 'acme')).toBeUndefined()
  expect(toAuth('bearer', 'acme')).toBeUndefined()
  expect(toAuth('basic', 'acme')?.('user:pass')).toEqual({ authorization: 'Basic dXNlcjpwYXNz' })
  expect(toAuth((token) => ({ 'X-Key': token }), 'acme')?.('t')).toEqual({ 'x-key': 't' })
  expect(toAuth(() => ({}), 'acme')?.('t')).toEqual({})
})

test.each([['apikey'], [null], [5], [{}]])('%j is no scheme', (scheme) => {
  expect(() => toAuth(scheme as 'basic', 'acme')).toThrow(expect.objectContaining({ code: 'invalid-option' }))
})

test.each<[what: string, make: (token: string) => unknown]>([
  ['nothing', () => undefined],
  ['a word', (token) => token],
  ['a line break', (token) => ({ 'x-key': `${token}\n` })],
  [
    'an error',
    (token) => {
      throw new Error(token)
    },
  ],
])('a function that gives %s is told, and its token is not', (_, make) => {
  const auth = toAuth(make as never, 'acme')
  expect(() => auth?.('hush')).toThrow(expect.objectContaining({ code: 'invalid-option', vendor: 'acme' }))
  expect(() => auth?.('hush')).not.toThrow(/hush/)
})
