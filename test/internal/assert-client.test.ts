import { expect, test } from 'vitest'
import { assertClient } from '../../src/internal/assert-client.ts'

const get = async () => ({})

test.each<[client: unknown]>([[{ vendor: 'acme', get }], [Object.create({ vendor: 'acme', get })]])(
  '%j is a client',
  (client) => {
    expect(() => assertClient(client)).not.toThrow()
  },
)

test.each<[client: unknown, words: string]>([
  [undefined, 'and is undefined.'],
  [null, 'and is null.'],
  [{}, 'and is no such object.'],
  [{ vendor: 'acme' }, 'and is no such object.'],
  [{ get }, 'and is no such object.'],
  ['acme', 'and is no such string.'],
  [Promise.resolve({ vendor: 'acme', get }), 'and is a promise: await it first.'],
  [Object.assign(() => {}, { vendor: 'acme' }), 'and is a function: call it to get a client.'],
])('%j is none', (client, words) => {
  expect(() => assertClient(client)).toThrow(expect.objectContaining({ code: 'invalid-option' }))
  expect(() => assertClient(client)).toThrow(words)
})
