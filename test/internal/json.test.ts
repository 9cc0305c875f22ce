import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson, copyJson, isPlainObject } from '../../src/internal/json.ts'

test('a copy of JSON is the same and shares nothing', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const copy = copyJson(value)
      expect(copy).toEqual(JSON.parse(JSON.stringify(value)))
      if (typeof value === 'object' && value !== null) expect(copy).not.toBe(value)
    }),
  )
})

test('a key named __proto__ is a key', () => {
  const value = JSON.parse('{"__proto__":{"polluted":true},"a":1}')
  expect(canonicalJson(value)).toBe('{"__proto__":{"polluted":true},"a":1}')
  expect((copyJson(value) as { polluted?: true }).polluted).toBeUndefined()
})

test('the text is the same whatever the order of the keys', () => {
  expect(canonicalJson({ b: { d: 1, c: 2 }, a: 0 })).toBe('{"a":0,"b":{"c":2,"d":1}}')
})

test('a depth beyond any ref is none', () => {
  let deep: unknown = 'e1'
  for (let depth = 0; depth < 200; depth++) deep = { deep }
  expect(copyJson(deep)).toBeUndefined()
})

test.each([
  ['a literal', {}, true],
  ['one without a prototype', Object.create(null), true],
  ['one of another realm', runInNewContext('({})'), true],
  ['a list', [], false],
  ['a Map', new Map(), false],
  ['null', null, false],
  ['a word', 'e1', false],
])('%s is a plain object: %#', (_, value, isPlain) => {
  expect(isPlainObject(value)).toBe(isPlain)
})
