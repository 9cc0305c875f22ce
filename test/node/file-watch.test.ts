import { expect, test } from 'vitest'
import { createFileWatch } from '../../src/node/file-watch.ts'
import { createFormatReader } from '../../src/records/format-reader.ts'
import fc from '../support/fast-check.ts'

const word = fc.stringMatching(/^[a-zé€ ]{0,6}$/)
const field = fc.oneof(
  word,
  fc.stringMatching(/^(?:[a-z,\n]|""){0,8}$/).map((text) => `"${text}"`),
)
const csv = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 6 }))
  .chain(([columns, rows]) =>
    fc.array(fc.array(field, { minLength: columns, maxLength: columns }), {
      minLength: rows,
      maxLength: rows,
    }),
  )
  .map((rows) => rows.map((fields) => fields.join(',')))
const jsonl = fc.array(
  fc.oneof(
    fc.dictionary(word, fc.oneof(word, fc.integer())).map((record) => JSON.stringify(record)),
    fc.constantFrom('', ' ', '12', '"text"', 'terminated'),
  ),
)

test.each([
  ['csv', csv],
  ['jsonl', jsonl],
] as const)('a %s that looks whole is not refused by the close look, wherever it ends', (format, files) => {
  let looking = 0
  fc.assert(
    fc.property(files, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 9 }), (lines, cut, counted, length) => {
      const text = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''))
      const bytes = text.subarray(0, text.length - (cut % (text.length + 1)))
      const totalRecords = counted % (lines.length + 2)
      const watch = createFileWatch(format)
      const reader = createFormatReader(format)
      for (let at = 0; at < bytes.length; at += length) {
        watch.update(bytes.slice(at, at + length))
        reader.read(bytes.slice(at, at + length))
      }
      expect(watch.bytes).toBe(bytes.length)
      if (!watch.looksWhole(totalRecords)) return
      looking++
      const { isBroken, isEmpty, records } = reader.end().verdict
      expect({ isBroken, isEmpty }).toEqual({ isBroken: false, isEmpty: false })
      expect(records).toBeGreaterThanOrEqual(totalRecords)
    }),
    { numRuns: 2_000 },
  )
  expect(looking).toBeGreaterThan(20)
})

const looksWhole = (format: 'csv' | 'jsonl', text: string, totalRecords?: number) => {
  const watch = createFileWatch(format)
  watch.update(new TextEncoder().encode(text))
  return watch.looksWhole(totalRecords)
}

test.each<[text: string, isWhole: boolean]>([
  ['a,b\n1,2\n', true],
  ['a,b\n1,2', true],
  ['a,b', true],
  ['\ufeff"a","b"\r\n"1","2"\r\n\r\n', true],
  ['\n\na,b\n1,2\n', true],
  ['"a\nb",c\n1,2\n', true],
  ['a,b\n1,"2\n\n"\n', true],
  ['a,b\n1,"2,3"\n', true],
  ['a,b\n1', false],
  ['a,b\n1,2\n  ', false],
  ['a,b\n1,"2', false],
  // The comma, or the end of the line, is inside quotes.
  ['a,b\n"1,2"\n', false],
  ['"a,b",c,d\n1,2\n', false],
  ['a,"\n",b\n1,2\n', false],
  ['a,b,c\n1,"2\n3"\n', false],
  ['', false],
  ['\n\n', false],
])('CSV %j looks whole: %j', (text, isWhole) => expect(looksWhole('csv', text)).toBe(isWhole))

test('what is too long to be kept is for the close look', () => {
  const long = 'x'.repeat(20_000)
  expect(looksWhole('csv', `a,b\n${'1,2\n'.repeat(10_000)}`)).toBe(true)
  expect(looksWhole('csv', `${long},b\n${'1,2\n'.repeat(10_000)}`)).toBe(false)
  expect(looksWhole('csv', `a,b\n${'1,2\n'.repeat(10_000)}1,${long}`)).toBe(false)
  expect(looksWhole('jsonl', `${'{"a":1}\n'.repeat(10_000)}`, 10_000)).toBe(true)
  expect(looksWhole('jsonl', `${'{"a":1}\n'.repeat(10_000)}`, 10_001)).toBe(false)
  expect(looksWhole('jsonl', `{"a":1}\n{"a":"${long}"}`)).toBe(false)
})

test('of a format that is not known, or JSON, nothing can be said', () => {
  for (const format of ['json', undefined] as const) {
    const watch = createFileWatch(format)
    watch.update(new TextEncoder().encode('[{"a":1}]\n'))
    expect(watch.looksWhole(undefined)).toBe(false)
  }
})
