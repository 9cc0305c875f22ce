import { describe, expect, test } from 'vitest'
import { createElementSplitter } from '../../src/records/element-splitter.ts'
import { everyCut } from './chunks.ts'
import { splitAll } from './splitters.ts'

const encode = (text: string) => new TextEncoder().encode(text)

test.each<[text: string, elements: string[]]>([
  ['[]', []],
  [' [ \n] \n', []],
  ['[{"a":1},{"b":[2,{}]}]', ['{"a":1}', '{"b":[2,{}]}']],
  ['\ufeff \n[ {"a":1} ,\r\n\t2 ]\n \n', [' {"a":1}', '\r\n\t2 ']],
  ['["a,]}[{\\"","\\\\",[[]],null]', ['"a,]}[{\\""', '"\\\\"', '[[]]', 'null']],
  ['["é€😀",{"[":"]"}]', ['"é€😀"', '{"[":"]"}']],
  // For the parser of the values to refuse.
  ['[1,]', ['1', '']],
  ['[,1]', ['', '1']],
  ['["a" 1]', ['"a" 1']],
  ['[{}, ]', ['{}', ' ']],
  ['[\ufeff1]', ['\ufeff1']],
])('%j, in whatever chunks', (text, elements) => {
  for (const chunks of everyCut(text)) expect(splitAll(createElementSplitter(), chunks)).toEqual(elements)
})

test.each([
  '{"a":1}',
  '{}',
  '"a"',
  '1',
  'null',
  'x[]',
  '[]]',
  '[1}',
  '[1][2]',
  '[1]x',
  '[1]{',
  '[{"a":1} {"a":2}]',
  '[[]1]',
  '\uf000[]',
])('%j is refused, in whatever chunks', (text) => {
  for (const chunks of everyCut(text))
    expect(() => splitAll(createElementSplitter(), chunks)).toThrow(SyntaxError)
})

describe('an element', () => {
  test('is given as soon as it is complete', () => {
    const splitter = createElementSplitter()
    const found = (text: string) => [...splitter.read(encode(text))].length
    expect(['[{"a":1}', ',{"a":', '2},{"a":3},', '4', ',[5]', ']'].map(found)).toEqual([1, 0, 2, 0, 2, 0])
  })

  test('of which the end never comes is no element', () => {
    expect(splitAll(createElementSplitter(), [encode('[{"a":1},22')])).toEqual(['{"a":1}'])
  })

  test('beyond the bound is told', () => {
    const splitter = createElementSplitter()
    const chunk = new Uint8Array(16 * 1024 * 1024).fill(0x20)
    expect([...splitter.read(encode('['))]).toEqual([])
    for (let count = 0; count < 4; count++) [...splitter.read(chunk)]
    expect(splitter.isTooLong).toBe(true)
    expect([...splitter.read(encode('1,2,'))].map((element) => element?.length)).toEqual([undefined, 1])
  })
})
