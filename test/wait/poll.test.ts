import { expect, test, vi } from 'vitest'
import { waitForCompletion } from '../../src/index.ts'
import { completed, outcome, running } from './world.ts'

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

test('a deadline holds for a poll that is still in the queue', async () => {
  const get = vi.fn(() => new Promise<never>(() => {}))
  const client = { vendor: 'acme', get }
  const { signal, ...controller } = abortable()
  const waits = Array.from({ length: 500 }, (_, index) =>
    outcome(waitForCompletion(client, `${index}`, { signal })),
  )
  await vi.waitFor(() => expect(get).toHaveBeenCalledTimes(500))
  const now = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => now() - 60_000)
  const late = outcome(waitForCompletion(client, 'late', { timeout: 0 }))
  vi.restoreAllMocks()
  expect((await late).error).toMatchObject({
    code: 'wait-timeout',
    cause: { name: 'TransportError', code: 'timeout', sent: false },
  })
  expect(get).toHaveBeenCalledTimes(500)
  controller.abort()
  await Promise.all(waits)
})

test('a state of a ref that JSON cannot hold resumes in the same process', async () => {
  const ref = new Reference()
  const get = vi.fn(async (_: Reference) => running())
  get.mockImplementationOnce(async () => running())
  const { error } = await outcome(waitForCompletion({ vendor: 'acme', get }, ref, { timeout: 0 }))
  const { state } = error as { state: never }
  await outcome(waitForCompletion({ vendor: 'acme', get }, state, { timeout: 0 }))
  expect(get.mock.calls.map(([given]) => given)).toEqual([ref, ref])
  expect(get.mock.calls[1]?.[0]).toBe(ref)
})

function abortable() {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}

function twice<Value>(value: Value): [Value, Value] {
  return [value, value]
}
