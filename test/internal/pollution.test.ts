import { afterEach, describe, expect, test } from 'vitest'
import { withoutInherited } from '../../src/internal/pollution.ts'

const prototype = Object.prototype as unknown as Record<string, unknown>

afterEach(() => {
  delete prototype.status
})

test('a value is as it is while nobody has added to the prototype', () => {
  const value = { a: [1] }
  expect(withoutInherited(value)).toBe(value)
})

describe('on a polluted prototype', () => {
  test('objects at any depth have only what is their own', () => {
    prototype.status = 'completed'
    const { inner, list } = withoutInherited({ inner: { a: 1 }, list: [{ b: 2 }, null] }) as {
      inner: { a: number; status?: string }
      list: ({ b: number; status?: string } | null)[]
    }
    const seen = [inner.status, inner.a, list[0]?.status, list[0]?.b, list[1], Array.isArray(list)]
    expect(seen).toEqual([undefined, 1, undefined, 2, null, true])
  })

  test.each([[null], [undefined], ['text'], [0], [true]])('%j is as it is', (value) => {
    prototype.status = 'completed'
    expect(withoutInherited(value)).toBe(value)
  })
})
