import { expect, test } from 'vitest'
import { perClient } from '../../src/internal/per-client.ts'

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
