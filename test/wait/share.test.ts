import { expect, test, vi } from 'vitest'
import { pollOnce, startWait } from '../../src/index.ts'
import { completed } from './world.ts'

class Reference {
  id = 'one'
}

const one = { id: 'one' }
const listed = ['one']

test.each<[what: string, first: unknown, second: unknown, looks: number]>([
  ['the same word', 'one', 'one', 1],
  ['two words', 'one', 'two', 2],
  ['the same number', 1, 1, 1],
  ['a number and its word', 1, '1', 2],
  ['two objects that say the same', one, { ...one }, 1],
  ['two objects that do not', one, { id: 'two' }, 2],
  ['objects of more than words, which JSON may write alike', { id: Number.NaN }, { id: null }, 2],
  ['objects of words and more', { ...one, page: new Map([[1, 1]]) }, { ...one, page: new Map() }, 2],
  ['the same object of more than words', ...twice({ id: 1 }), 1],
  ['objects of a class', new Reference(), new Reference(), 2],
  ['the same object of a class', ...twice(new Reference()), 1],
  ['two lists', [...listed], [...listed], 2],
])('two looks at once, at %s', async (_, first, second, looks) => {
  const get = vi.fn(async (_: unknown) => completed)
  const client = { vendor: 'acme', get }
  await Promise.all([pollOnce(client, startWait(first)), pollOnce(client, startWait(second))])
  expect(get.mock.calls.map(([ref]) => ref)).toEqual([first, second].slice(0, looks))
})

function twice<Value>(value: Value): [Value, Value] {
  return [value, value]
}
