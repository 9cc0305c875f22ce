import { expect, test } from 'vitest'
import { checkRef, describeRef } from '../../src/vendor/ref.ts'

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
