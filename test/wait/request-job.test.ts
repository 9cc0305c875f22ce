import { expect, test, vi } from 'vitest'
import { waitForCompletion } from '../../src/index.ts'
import { completed } from './world.ts'

class Reference {
  id = 'one'
}

const one = { id: 'one' }

test.each<[what: string, first: unknown, second: unknown, requests: number]>([
  ['the same word', 'one', 'one', 1],
  ['two words', 'one', 'two', 2],
  ['the same number', 1, 1, 1],
  ['a number and its word', 1, '1', 2],
  ['a word that is JSON and what it says', '{"id":"one"}', one, 2],
  ['a word in quotes and the word', '"one"', 'one', 2],
  ['two objects that say the same', one, { ...one }, 1],
  [
    'two objects that say the same in another order',
    { a: '1', b: { c: 1, d: 2 } },
    { b: { d: 2, c: 1 }, a: '1' },
    1,
  ],
  ['two objects that do not', one, { id: 'two' }, 2],
  ['an object and one with a key that is undefined', one, { ...one, page: undefined }, 1],
  ['two lists', ['one'], ['one'], 1],
  ['two lists in another order', ['one', 'two'], ['two', 'one'], 2],
  ['objects that JSON would write alike', { id: Number.NaN }, { id: null }, 2],
  ['objects of words and more', { ...one, page: new Map([[1, 1]]) }, { ...one, page: new Map() }, 2],
  ['objects of a class', new Reference(), new Reference(), 2],
  ['the same object of a class', ...twice(new Reference()), 1],
  ['the same symbol', ...twice(Symbol('one')), 1],
])('two waits at once, on %s', async (_, first, second, requests) => {
  const get = vi.fn(async (_: unknown) => completed)
  const client = { vendor: 'acme', get }
  await Promise.all([waitForCompletion(client, first), waitForCompletion(client, second)])
  expect(get.mock.calls.map(([ref]) => ref)).toEqual([first, second].slice(0, requests))
})

function twice<Value>(value: Value): [Value, Value] {
  return [value, value]
}
