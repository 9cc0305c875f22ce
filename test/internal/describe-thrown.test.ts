import { describe, expect, test } from 'vitest'
import { describeThrown } from '../../src/internal/describe-thrown.ts'

const withStack = (stack: unknown, message = 'text') => Object.assign(new TypeError(message), { stack })

describe('the place is the first frame that has one', () => {
  test.each([
    [
      'V8',
      'TypeError: text\n    at get (file:///app/client.ts:12:5)\n    at x (b.js:1:1)',
      'file:///app/client.ts:12:5',
    ],
    [
      'V8, without a name',
      'TypeError: text\n    at file:///app/client.ts:12:5',
      'file:///app/client.ts:12:5',
    ],
    ['V8, async', 'TypeError: text\n    at async get (/app/client.js:1:2)', '/app/client.js:1:2'],
    ['V8, async without a name', 'TypeError: text\n    at async /app/client.js:1:2', '/app/client.js:1:2'],
    ['Windows', 'TypeError: text\n    at get (C:\\my app\\client.js:1:2)', 'C:\\my app\\client.js:1:2'],
    [
      'a scope',
      'TypeError: text\n    at get (/node_modules/@acme/sdk.js:1:2)',
      '/node_modules/@acme/sdk.js:1:2',
    ],
    ['a loader`s query', 'TypeError: text\n    at get (/app/client.ts?t=17:1:2)', '/app/client.ts:1:2'],
    [
      'Firefox and Safari',
      'get@http://host/client.js:1:2\n@http://host/b.js:1:1',
      'http://host/client.js:1:2',
    ],
    [
      'a native frame first',
      'TypeError: text\n    at new Promise (<anonymous>)\n    at /app/a.js:1:2',
      '/app/a.js:1:2',
    ],
  ])('%s', (_, stack, place) => {
    expect(describeThrown(withStack(stack))).toBe(`TypeError at ${place}`)
  })

  test('a text that looks like a frame is none', () => {
    const message = 'text\n    at s3cret (file:///s3cret:1:1)'
    const stack = `TypeError: ${message}\n    at get (/app/client.js:1:2)`
    expect(describeThrown(withStack(stack, message))).toBe('TypeError at /app/client.js:1:2')
  })

  test.each([undefined, 5, '', 'TypeError: text', 'TypeError: text\n    at get (native)'])(
    'none: %j',
    (stack) => {
      expect(describeThrown(withStack(stack))).toBe('TypeError')
    },
  )
})

test('a text that is none is not looked for', () => {
  const error = Object.assign(withStack('TypeError\n    at /app/client.js:1:2'), { message: 5 })
  expect(describeThrown(error)).toBe('TypeError at /app/client.js:1:2')
})

test.each([
  ['a string', 's3cret', 'a string'],
  ['a number', 0, 'a number'],
  ['null', null, 'null'],
  ['undefined', undefined, 'undefined'],
  ['a literal', {}, 'Object'],
  ['one without a prototype', Object.create(null), 'an object'],
  ['a function', () => {}, 'Function'],
  ['an error of the platform', new DOMException('s3cret', 'TimeoutError'), 'DOMException'],
  ['a name that is a sentence', Object.create({ constructor: { name: 'Bearer s3cret' } }), 'an object'],
  ['one whose getters throw', new Proxy({}, { get: boom, getPrototypeOf: boom }), 'an object'],
])('%s', (_, thrown, described) => {
  expect(describeThrown(thrown).split(' at ')[0]).toBe(described)
})

function boom(): never {
  throw new Error('s3cret')
}
