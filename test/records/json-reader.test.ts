import { describe, expect, test } from 'vitest'
import { createJsonReader } from '../../src/records/json-reader.ts'
import { everyCut } from './chunks.ts'
import { readAll } from './read-all.ts'

const encode = (text: string) => new TextEncoder().encode(text)

test.each<[text: string, elements: string[]]>([
  ['[]', []],
  [' [ \n] \n', []],
  [' null\n', []],
  ['[{"a":1},{"b":[2,{}]}]', ['{"a":1}', '{"b":[2,{}]}']],
  ['\ufeff \n[ {"a":1} ,\r\n\t2 ]\n \n', [' {"a":1}', '\r\n\t2 ']],
  ['["a,]}[{\\"","\\\\",[[]],null]', ['"a,]}[{\\""', '"\\\\"', '[[]]', 'null']],
  ['["é€😀",{"[":"]"}]', ['"é€😀"', '{"[":"]"}']],
  // Refused later, by the parser of the values.
  ['[1,]', ['1', '']],
  ['[,1]', ['', '1']],
  ['["a" 1]', ['"a" 1']],
  ['[{}, ]', ['{}', ' ']],
  ['[\ufeff1]', ['\ufeff1']],
])('%j, in whatever chunks', (text, elements) => {
  for (const chunks of everyCut(text))
    expect(readAll('json', chunks)).toMatchObject({ found: elements, problem: undefined })
})

test.each([
  '{"a":1}',
  '{}',
  '"a"',
  '1',
  'nulls',
  'null[]',
  'x[]',
  '[]]',
  '[1}',
  '[1][2]',
  '[1]x',
  '[1]{',
  '[{"a":1} {"a":2}]',
  '[[]1]',
  '\uf000[]',
])('%j is no list, in whatever chunks', (text) => {
  for (const chunks of everyCut(text)) expect(readAll('json', chunks).problem).toBe('no-list')
})

describe('an element', () => {
  test('is given as soon as it is complete', () => {
    const reader = createJsonReader()
    const found = (text: string) => reader.read(encode(text)).length
    expect(['[{"a":1}', ',{"a":', '2},{"a":3},', '4', ',[5]', ']'].map(found)).toEqual([1, 0, 2, 0, 2, 0])
  })

  test('of which the end never comes is no element', () => {
    expect(readAll('json', [encode('[{"a":1},22')]).found).toEqual(['{"a":1}'])
  })

  test('beyond the bound is told', () => {
    const reader = createJsonReader()
    const chunk = new Uint8Array(16 * 1024 * 1024).fill(0x20)
    expect(reader.read(encode('['))).toEqual([])
    for (let count = 0; count < 4; count++) reader.read(chunk)
    expect(reader.problem).toBe('too-long')
    expect(reader.read(encode('1,2,')).map((element) => element?.length)).toEqual([undefined, 1])
  })
})
