import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, test } from 'vitest'
import {
  canonicalJson,
  copyJson,
  isObject,
  isPlainObject,
  isText,
  withoutInherited,
} from '../../src/internal/json.ts'
import fc from '../support/fast-check.ts'

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

test('a Date is none, unless it is taken for its text', () => {
  const value = { at: new Date(0) }
  expect(canonicalJson(value)).toBeUndefined()
  expect(canonicalJson(value, true)).toBe('{"at":"1970-01-01T00:00:00.000Z"}')
  expect(canonicalJson({ at: new Date(Number.NaN) }, true)).toBeUndefined()
})

test('a copy keeps the order of the keys: the last part of a ref stays the last', () => {
  expect(JSON.stringify(copyJson({ team: 'a', export: 'b' }))).toBe('{"team":"a","export":"b"}')
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

const prototype = Object.prototype as unknown as Record<string, unknown>

afterEach(() => {
  delete prototype.status
})

test('a value is as it is while nobody has added to the prototype', () => {
  const value = { a: [1] }
  expect(withoutInherited(value)).toBe(value)
})

describe('on a polluted prototype', () => {
  test('objects at any depth have only what is their own', () => {
    prototype.status = 'completed'
    const { inner, list } = withoutInherited({ inner: { a: 1 }, list: [{ b: 2 }, null] }) as {
      inner: { a: number; status?: string }
      list: ({ b: number; status?: string } | null)[]
    }
    const seen = [inner.status, inner.a, list[0]?.status, list[0]?.b, list[1], Array.isArray(list)]
    expect(seen).toEqual([undefined, 1, undefined, 2, null, true])
  })

  test('a polluted toJSON makes no two values alike', () => {
    Object.defineProperty(Object.prototype, 'toJSON', { value: () => 'evil', configurable: true })
    const texts = [canonicalJson({ id: 'a', list: ['x'] }), canonicalJson('a')]
    delete prototype.toJSON
    expect(texts).toEqual(['{"id":"a","list":["x"]}', '"a"'])
  })

  test('a property that is not enumerable is noticed, too', () => {
    Object.defineProperty(Object.prototype, 'status', { value: 'completed', configurable: true })
    const { inner } = withoutInherited({ inner: { a: 1 } }) as { inner: { status?: string } }
    const { status } = inner
    delete prototype.status
    expect(status).toBeUndefined()
  })

  test.each([[null], [undefined], ['text'], [0], [true]])('%j is as it is', (value) => {
    prototype.status = 'completed'
    expect(withoutInherited(value)).toBe(value)
  })
})

test.each<[value: unknown, isOne: boolean]>([
  [{}, true],
  [new Error('a'), true],
  [Object.create(null), true],
  [[], false],
  [null, false],
  [undefined, false],
  ['a', false],
  [() => {}, false],
])('%o: an object is %s', (value, isOne) => expect(isObject(value)).toBe(isOne))

test.each<[value: unknown, isOne: boolean]>([
  ['a', true],
  [' ', true],
  ['', false],
  [0, false],
  [null, false],
  [['a'], false],
])('%o: text is %s', (value, isOne) => expect(isText(value)).toBe(isOne))
