import { expect, test } from 'vitest'
import { parseResponse, pathOf, type StandardSchema } from '../../src/vendor/standard-schema.ts'
import { caughtError } from '../support/caught.ts'

const request = { vendor: 'acme', subject: 'export "a"' }
const schemaOf = (validate: StandardSchema['~standard']['validate']): StandardSchema => ({
  '~standard': { version: 1, vendor: 'own', validate },
})

test.each<[what: string, schema: StandardSchema]>([
  ['at once', schemaOf((value) => ({ value }))],
  ['later', schemaOf(async (value) => ({ value }))],
])('a schema that answers %s', async (_, schema) => {
  expect(await parseResponse(schema, { a: 1 }, request)).toEqual({ a: 1 })
})

test.each<[what: string, schema: StandardSchema, words: string]>([
  ['without a place', schemaOf(() => ({ issues: [{ message: 'hush-hush' }] })), 'it is of another type'],
  [
    'with a place',
    schemaOf(() => ({ issues: [{ message: 'hush-hush', path: ['a', { key: 'b' }, 0] }] })),
    '"a.b.0" is missing',
  ],
  ['without issues in its list', schemaOf(() => ({ issues: [] })), 'it is of another type'],
  [
    'by throwing',
    schemaOf(() => {
      throw new Error('hush-hush')
    }),
    'it is of another type',
  ],
  ['by rejecting', schemaOf(() => Promise.reject(new Error('hush-hush'))), 'it is of another type'],
])('one that refuses %s', async (_, schema, words) => {
  const error = await caughtError(parseResponse(schema, {}, request))
  expect(error).toMatchObject({ code: 'unexpected-shape', message: expect.stringContaining(words) })
  expect(error.message).not.toContain('hush-hush')
})

const refusing = (...paths: (readonly PropertyKey[])[]) =>
  schemaOf((value) => {
    const valueAt = (path: readonly PropertyKey[]) =>
      path.reduce<unknown>(
        (holder, key) => (holder as Record<PropertyKey, unknown> | undefined)?.[key],
        value,
      )
    const refused = paths.filter((path) => valueAt(path) !== undefined)
    return refused.length > 0 ? { issues: refused.map((path) => ({ message: '', path })) } : { value }
  })

test.each<[paths: PropertyKey[][], left: unknown]>([
  [[['b']], { a: [{ c: 1, d: 2 }], e: 'text' }],
  [[['a', 0, 'c']], { a: [{ d: 2 }], b: null, e: 'text' }],
  [[['a', 0], ['b']], undefined],
  [[['e', 'length']], undefined],
  [[['b'], ['b']], { a: [{ c: 1, d: 2 }], e: 'text' }],
  [[['a'], ['a', 0, 'c']], { b: null, e: 'text' }],
])('what is refused at %j is left out where there can be none', async (paths, left) => {
  const answer = { a: [{ c: 1, d: 2 }], b: null, e: 'text' }
  const read = parseResponse(refusing(...paths), answer, request)
  if (left === undefined) expect(await caughtError(read)).toMatchObject({ code: 'unexpected-shape' })
  else expect(await read).toEqual(left)
  expect(answer).toEqual({ a: [{ c: 1, d: 2 }], b: null, e: 'text' })
})

test('an empty body is no JSON', async () => {
  expect(
    await caughtError(
      parseResponse(
        schemaOf((value) => ({ value })),
        undefined,
        request,
      ),
    ),
  ).toMatchObject({ code: 'not-json' })
})

test('a place may be a symbol', () =>
  expect(pathOf([{ message: '', path: [Symbol('a')] }])).toBe('Symbol(a)'))
