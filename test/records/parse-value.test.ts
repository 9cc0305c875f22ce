import { describe, expect, test } from 'vitest'
import { parseValue } from '../../src/records/parse-value.ts'

const parse = (text: string) => parseValue(new TextEncoder().encode(text))

describe('integers are what the vendor wrote', () => {
  test.each<[text: string, value: unknown]>([
    ['9007199254740991', 9_007_199_254_740_991],
    ['9007199254740992', 9_007_199_254_740_992n],
    ['-9007199254740991', -9_007_199_254_740_991],
    ['-9007199254740993', -9_007_199_254_740_993n],
    ['1844674407370955161500', 1_844_674_407_370_955_161_500n],
    ['0', 0],
    ['-0', -0],
    ['1234567890123456', 1_234_567_890_123_456],
    ['9007199254740993.0', 9_007_199_254_740_992],
    ['0.1234567890123456789', 0.12345678901234568],
    ['9007199254740993e0', 9_007_199_254_740_992],
    ['1e30', 1e30],
    ['12345678901234567890e-3', 12_345_678_901_234_568],
    ['"12345678901234567890"', '12345678901234567890'],
    ['"1\\"12345678901234567890"', '1"12345678901234567890'],
    ['{"12345678901234567890":1}', { '12345678901234567890': 1 }],
    [
      '[12345678901234567890,{"a":[-12345678901234567890]}]',
      [12345678901234567890n, { a: [-12345678901234567890n] }],
    ],
    [
      '{"a":12345678901234567890,"b":"é€😀\\u00e9\\n","c":null,"d":true}',
      { a: 12345678901234567890n, b: 'é€😀é\n', c: null, d: true },
    ],
  ])('%s', (text, value) => expect(parse(text)).toEqual(value))
})

test('keys that name a prototype are keys, beside a long integer too', () => {
  const text = '{"__proto__":{"isAdmin":true},"id":12345678901234567890}'
  const record = parse(text) as Record<string, unknown>
  expect(record.isAdmin).toBeUndefined()
  expect(Object.keys(record)).toEqual(['__proto__', 'id'])
  expect(Object.getPrototypeOf(record)).toBe(Object.prototype)
})

test.each(['{"a":1}', '\ufeff{"a":1}', ' \t\r\n\ufeff {"a":1}\r\n', '\ufeff\ufeff{"a":1}'])('%j', (text) =>
  expect(parse(text)).toEqual({ a: 1 }),
)

test('a byte order mark in a text is of the text', () => {
  expect(parse('"a\ufeffb\ufeff"')).toBe('a\ufeffb\ufeff')
})

test.each(['', ' ', '{', '{a:1}', '12345678901234567890 1', '\u00a0{}', '{}\ufeff', 'NaN'])(
  '%j is none',
  (text) => expect(() => parse(text)).toThrow(SyntaxError),
)

test.each([
  [0x22, 0xff, 0x22],
  [0x22, 0xc3, 0x22],
  [0x22, 0xed, 0xa0, 0x80, 0x22],
  [0x22, 0xc0, 0xaf, 0x22],
])('bytes that are not UTF-8 are not replaced: %j', (...bytes) => {
  expect(() => parseValue(Uint8Array.from(bytes))).toThrow(TypeError)
})
