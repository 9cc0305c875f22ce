import { expect, test } from 'vitest'
import { createLineReader } from '../../src/records/line-reader.ts'
import { everyCut } from './chunks.ts'
import { readAll } from './read-all.ts'

test.each<[text: string, lines: string[]]>([
  ['a\nbc\nd\n', ['a', 'bc', 'd']],
  ['a\nbc\nd', ['a', 'bc', 'd']],
  ['a\r\nbc\r\n', ['a\r', 'bc\r']],
  ['\n \r\na\n\n\t\nb\n\n', ['a', 'b']],
  ['', []],
  ['\n\n', []],
  ['é€😀\n😀', ['é€😀', '😀']],
])('%j, in whatever chunks', (text, lines) => {
  for (const chunks of everyCut(text)) expect(readAll('jsonl', chunks).found).toEqual(lines)
})

test('a long line takes a time that grows no faster than its length', () => {
  const reader = createLineReader()
  const chunk = new Uint8Array(640).fill(0x61)
  let lines = 0
  for (let count = 0; count < 50_000; count++) lines += reader.read(chunk).length
  expect(lines).toBe(0)
  const [line] = reader.end().values
  expect(line?.length).toBe(32_000_000)
})

test('a line beyond the bound is told as soon as it is, and not kept', () => {
  const reader = createLineReader()
  const chunk = new Uint8Array(16 * 1024 * 1024).fill(0x61)
  for (let count = 0; count < 4; count++) reader.read(chunk)
  expect(reader.problem).toBeUndefined()
  expect(reader.read(Uint8Array.of(0x61))).toEqual([])
  expect(reader.problem).toBe('too-long')
  expect(reader.read(new TextEncoder().encode('a\nb\n')).map((line) => line?.length)).toEqual([undefined, 1])
  expect(reader.problem).toBeUndefined()
})
