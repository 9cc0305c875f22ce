import { expect, test } from 'vitest'
import { gone, holds, nameOf, placesOf, withValue } from '../../../src/testing/conformance/places.ts'

const answer = { data: { id: 'e1', files: [{ url: 'u' }, null] }, total: 0 }

test('finds every value, and its name', () => {
  expect(placesOf(answer, 2).map(nameOf)).toEqual([
    'data',
    'data.id',
    'data.files',
    'data.files.0',
    'data.files.0.url',
    'data.files.1',
    'total',
  ])
  for (const scalar of ['text', 7, null, undefined]) expect(placesOf(scalar, 0)).toEqual([])
})

test('changes one value and no other, and not the answer itself', () => {
  expect(withValue(answer, ['data', 'files', 0, 'url'], 7)).toEqual({
    data: { id: 'e1', files: [{ url: 7 }, null] },
    total: 0,
  })
  expect(withValue(answer, ['data', 'id'], gone)).toEqual({ data: { files: [{ url: 'u' }, null] }, total: 0 })
  expect(answer.data.id).toBe('e1')
})

test('a place holds itself and what is in it, of the same answer', () => {
  const [data, id, files] = placesOf(answer, 0) as [never, never, never]
  expect([holds(data, id), holds(data, data), holds(id, data), holds(files, id)]).toEqual([
    true,
    true,
    false,
    false,
  ])
  expect(holds(data, placesOf(answer, 1)[1] as never)).toBe(false)
})
