import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { waitKey } from '../../src/index.ts'
import { running } from '../wait/world.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32)

test.each([
  ['a word', 'e1', '"e1"'],
  ['a word of other letters', 'é\u{1f600}', '"é\u{1f600}"'],
  ['a number', 5, '5'],
  ['an object', { runId: 'b', exportId: 'a' }, '{"exportId":"a","runId":"b"}'],
  ['a deep one', { b: [{ d: 1, c: null }], a: '' }, '{"a":"","b":[{"c":null,"d":1}]}'],
])('a key is the hash of the ref as JSON, keys in order: %s', (_, ref, json) => {
  expect(waitKey('acme', ref as unknown)).toBe(`acme-${sha256(json)}`)
})

test('is the same for a client, its name and a job', () => {
  const client = { vendor: 'acme', get: async (_: string) => running() }
  expect(waitKey(client, 'e1')).toBe(waitKey('acme', 'e1'))
  expect(waitKey(client, running())).toBe(waitKey('acme', 'e1'))
  expect(waitKey('acme', JSON.parse(JSON.stringify(running())))).toBe(waitKey('acme', 'e1'))
})

test('is another for a word and the object that it is JSON of', () => {
  expect(waitKey('acme', '{"k":"v"}')).not.toBe(waitKey('acme', { k: 'v' }))
})

describe('is refused', () => {
  test.each([
    undefined,
    null,
    '',
    new Map(),
    Symbol('e1'),
    { at: new Date(0) },
    { ...running(), vendor: 'other' },
  ])('for a ref of %s', (ref) => {
    expect(() => waitKey('acme', ref as unknown)).toThrow(expect.objectContaining({ code: 'invalid-ref' }))
  })

  test.each([undefined, null, '', 5, {}])('for a client of %j', (client) => {
    expect(() => waitKey(client as never, 'e1')).toThrow(expect.objectContaining({ code: 'invalid-option' }))
  })
})
