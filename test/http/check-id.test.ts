import { expect, test } from 'vitest'
import { checkId, checkRef, describeRef, fillPath } from '../../src/http/check-id.ts'

test.each<[id: unknown, why: string]>([
  [undefined, 'is missing'],
  [null, 'must be a string, not null'],
  [7, 'must be a string, not number'],
  ['', 'is empty'],
  ['x'.repeat(513), 'is longer than 512'],
  ['.', '"."'],
  ['..', '"."'],
  ['a/b', 'slashes'],
  ['a\\b', 'slashes'],
  ['%2E', 'slashes'],
  ['%2f', 'slashes'],
  ['%5C', 'slashes'],
  ['a\n', 'control characters'],
  ['\u0080', 'control characters'],
  ['\udc00', 'well-formed'],
])('%j is refused: it %s', (id, why) => {
  expect(() => checkId(id, 'tyk', 'run id')).toThrow(
    expect.objectContaining({
      code: 'invalid-ref',
      vendor: 'tyk',
      message: expect.stringContaining(`run id for tyk`),
    }),
  )
  expect(() => checkId(id, 'tyk')).toThrow(why)
})

test.each(['a', 'x'.repeat(512), '...', 'é😀', '%41', 'a?b#c'])('%j is an id', (id) => {
  expect(() => checkId(id, 'tyk')).not.toThrow()
})

test('a path takes each parameter encoded once', () => {
  expect(fillPath('/a/{id}/b/{run}', { id: 'x y', run: '%41?' }, 'tyk')).toBe('/a/x%20y/b/%2541%3F')
})

test('a parameter that reads like a replacement or another parameter is only text', () => {
  expect(fillPath('/a/{id}/{run}', { id: '$&$1', run: 'b' }, 'tyk')).toBe('/a/%24%26%241/b')
  expect(fillPath('/a/{id}/{run}', { id: '{run}', run: 'b' }, 'tyk')).toBe('/a/%7Brun%7D/b')
})

test('a path takes a parameter as often as it names it', () => {
  expect(fillPath('/a/{id}/b/{id}', { id: 'x' }, 'tyk')).toBe('/a/x/b/x')
})

test.each<[what: string, params: object]>([
  ['missing', {}],
  ['undefined', { run_id: undefined }],
  ['inherited', Object.create({ run_id: 'x' })],
])('a parameter that is %s is named', (_, params) => {
  const message = 'The run_id for tyk is missing.'
  expect(() => fillPath('/a/{id}/{run_id}', Object.assign(params, { id: 'a' }), 'tyk')).toThrow(
    expect.objectContaining({ code: 'invalid-ref', message }),
  )
})

test('braces that hold no name are kept', () => {
  expect(fillPath('/a?b={"c":1}{}', {}, 'tyk')).toBe('/a?b={"c":1}{}')
})

test('a parameter that climbs is named', () => {
  expect(() => fillPath('/a/{run}', { run: '..' }, 'tyk')).toThrow(/run for tyk/)
})

test.each<[ref: unknown]>([['a'], [{ exportId: 'a', runId: 'b' }]])('%j is a ref', (ref) => {
  expect(() => checkRef(ref, 'acme')).not.toThrow()
})

test.each<[ref: unknown, words: string]>([
  [undefined, 'of type undefined'],
  [null, 'null'],
  [5, 'of type number'],
  ['..', 'export id'],
  [{ runId: 'a/b' }, 'runId'],
  [{ runId: 5 }, 'runId'],
])('%j is none', (ref, words) => {
  expect(() => checkRef(ref, 'acme')).toThrow(
    expect.objectContaining({ code: 'invalid-ref', vendor: 'acme' }),
  )
  expect(() => checkRef(ref, 'acme')).toThrow(words)
})

test('in words', () => {
  expect(describeRef('a')).toBe('export "a"')
  expect(describeRef({ exportId: 'a' })).toBe('export {"exportId":"a"}')
})
