import { expect, test } from 'vitest'
import { strictUtf8 } from '../../src/internal/strict-utf8.ts'

test('reads UTF-8, and refuses what is none', () => {
  expect(strictUtf8().decode(Uint8Array.of(0xc3, 0xa9))).toBe('é')
  expect(() => strictUtf8().decode(Uint8Array.of(0xe9))).toThrow(TypeError)
  expect(strictUtf8()).toBe(strictUtf8())
})
