import { expect, test } from 'vitest'
import { createLineSplitter } from '../../src/records/line-splitter.ts'
import { everyCut } from './chunks.ts'
import { splitAll } from './splitters.ts'

test.each<[text: string, lines: string[]]>([
  ['a\nbc\nd\n', ['a', 'bc', 'd']],
  ['a\nbc\nd', ['a', 'bc', 'd']],
  ['a\r\nbc\r\n', ['a\r', 'bc\r']],
  ['\n \r\na\n\n\t\nb\n\n', ['a', 'b']],
  ['', []],
  ['\n\n', []],
  ['é€😀\n😀', ['é€😀', '😀']],
])('%j, in whatever chunks', (text, lines) => {
  for (const chunks of everyCut(text)) expect(splitAll(createLineSplitter(), chunks)).toEqual(lines)
})

test('a long line takes a time that grows no faster than its length', () => {
  const splitter = createLineSplitter()
  const chunk = new Uint8Array(640).fill(0x61)
  let lines = 0
  for (let count = 0; count < 50_000; count++) for (const _ of splitter.read(chunk)) lines++
  expect(lines).toBe(0)
  const [line] = splitter.rest()
  expect(line?.length).toBe(32_000_000)
})

test('a line beyond the bound is told as soon as it is, and not kept', () => {
  const splitter = createLineSplitter()
  const chunk = new Uint8Array(16 * 1024 * 1024).fill(0x61)
  for (let count = 0; count < 4; count++) [...splitter.read(chunk)]
  expect(splitter.isTooLong).toBe(false)
  expect([...splitter.read(Uint8Array.of(0x61))]).toEqual([])
  expect(splitter.isTooLong).toBe(true)
  expect([...splitter.read(new TextEncoder().encode('a\nb\n'))].map((line) => line?.length)).toEqual([
    undefined,
    1,
  ])
  expect(splitter.isTooLong).toBe(false)
})
