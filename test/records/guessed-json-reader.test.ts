import { expect, test } from 'vitest'
import { createFormatReader } from '../../src/records/format-reader.ts'
import { everyCut } from './chunks.ts'

const read = (chunks: Iterable<Uint8Array>) => {
  const reader = createFormatReader('json', true)
  const found: string[] = []
  const keep = (values: readonly (Uint8Array | undefined)[]) =>
    found.push(...values.map((value) => new TextDecoder().decode(value)))
  for (const chunk of chunks) {
    keep(reader.read(chunk))
    reader.end()
  }
  const { values, evidence } = reader.end()
  keep(values)
  return { found, evidence, problem: reader.problem }
}

test.each<[text: string, found: string[]]>([
  ['{"a":1}\n{"a":2}\n', ['{"a":1}', '{"a":2}']],
  ['\ufeff\n {"a":1} \r\n\r\n{"a":2}', [' {"a":1} \r', '{"a":2}']],
  ['{"a":"\\n{"}\n{"b":[{}]}\n{"c":1}\n', ['{"a":"\\n{"}', '{"b":[{}]}', '{"c":1}']],
])('%j is JSON Lines, in whatever chunks', (text, found) => {
  for (const chunks of everyCut(text))
    expect(read(chunks)).toEqual({
      found,
      problem: undefined,
      evidence: { isProven: false, isBroken: false, isEmpty: false, records: found.length },
    })
})

test('of JSON Lines, fewer may have come than there were, and the last may have been cut', () => {
  for (const chunks of everyCut('{"a":1}\n{"a":2}\n{"a'))
    expect(read(chunks).evidence).toMatchObject({ isProven: false, isBroken: true, records: 3 })
})

test.each<[text: string, found: string[]]>([
  ['[{"a":1},{"a":2}]', ['{"a":1}', '{"a":2}']],
  ['\n[{"a":1}\n,{"a":2}]\n', ['{"a":1}', '{"a":2}']],
])('%j is a JSON array, in whatever chunks', (text, found) => {
  for (const chunks of everyCut(text))
    expect(read(chunks)).toMatchObject({ found, problem: undefined, evidence: { isProven: true } })
})

test.each([
  ['{\n"a":1}\n', true],
  ['{"data":[1]}', false],
  ['{"data":[1]}\n', false],
  ['{"data":[1]}\n\n', false],
])('%j is one document, and no list; proven: %j', (text, isProven) => {
  for (const chunks of everyCut(text))
    expect(read(chunks)).toMatchObject({
      found: [],
      problem: 'no-list',
      evidence: { isProven, isBroken: false },
    })
})

test.each(['{"a":1}\n[1]', '{"a":1} {"a":2}\n{"a":3}', '{"a":1}\nterminated', '{"a":1}\n]', '{"a"\n{"b":1}'])(
  '%j is broken',
  (text) => {
    for (const chunks of everyCut(text)) expect(read(chunks)).toMatchObject({ evidence: { isBroken: true } })
  },
)
