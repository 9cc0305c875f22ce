import { expect, test } from 'vitest'
import { assertClient, perClient } from '../../src/internal/client.ts'

const get = async () => ({})

test.each<[client: unknown]>([[{ vendor: 'acme', get }], [Object.create({ vendor: 'acme', get })]])(
  '%j is a client',
  (client) => {
    expect(() => assertClient(client)).not.toThrow()
  },
)

test.each<[client: unknown, words: string]>([
  [undefined, 'but is undefined.'],
  [null, 'but is null.'],
  [{}, 'but is an object without them.'],
  [{ vendor: 'acme' }, 'but is an object without them.'],
  [{ get }, 'but is an object without them.'],
  ['acme', 'but is a string.'],
  [Promise.resolve({ vendor: 'acme', get }), 'but is a promise: await it first.'],
  [Object.assign(() => {}, { vendor: 'acme' }), 'but is a function: call it to get a client.'],
])('%j is none', (client, words) => {
  expect(() => assertClient(client)).toThrow(expect.objectContaining({ code: 'invalid-option' }))
  expect(() => assertClient(client)).toThrow(words)
})

test('a client keeps its one thing, and no other client has it', () => {
  let made = 0
  const thingOf = perClient(() => ++made)
  const [a, b] = [{}, {}]
  expect([thingOf(a), thingOf(b), thingOf(a), thingOf(b)]).toEqual([1, 2, 1, 2])
})

test('what is falsy is kept, too', () => {
  let made = 0
  const thingOf = perClient(() => {
    made++
    return 0
  })
  const client = {}
  expect([thingOf(client), thingOf(client), made]).toEqual([0, 0, 1])
})
