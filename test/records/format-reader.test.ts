import { describe, expect, test } from 'vitest'
import type { ExportFormat } from '../../src/job.ts'
import type { FormatVerdict } from '../../src/records/integrity.ts'
import { everyCut } from './chunks.ts'
import { readAll } from './read-all.ts'

const check = (format: ExportFormat | undefined, chunks: Iterable<Uint8Array>) =>
  readAll(format, chunks).verdict

const encode = (text: string) => new TextEncoder().encode(text)
const whole = { isProven: false, isBroken: false, isEmpty: false }
const proven = { ...whole, isProven: true }
const broken = { ...whole, isBroken: true }
const empty = { ...whole, isEmpty: true, records: 0 }

describe.each<[format: ExportFormat | undefined, text: string, verdict: FormatVerdict]>([
  ['jsonl', '{"a":1}\n{"a":2}\n', { ...whole, records: 2 }],
  ['jsonl', '{"a":1}\n{"a":2}', { ...whole, records: 2 }],
  ['jsonl', '\ufeff{"a":1}\r\n \r\n{"a":2}\r\n\n', { ...whole, records: 2 }],
  ['jsonl', '{"a":1}\n{"a":', { ...broken, records: 2 }],
  ['jsonl', '{"a":1}\nexport terminated early', { ...broken, records: 1 }],
  ['jsonl', '{"a":1}\nexport terminated early\n\n', { ...broken, records: 1 }],
  ['json', '[{"a":1},{"a":"]"}]', { ...proven, records: 2 }],
  ['json', '\ufeff[ ]\n', { ...proven, records: 0 }],
  ['json', '{"data":[1,2]}', { ...proven, records: undefined }],
  ['json', '[{"a":1},{"a":2}', { ...broken, records: 2 }],
  ['json', '[{"a":1},{"a":2', { ...broken, records: 1 }],
  ['json', '["a]', { ...broken, records: 0 }],
  ['json', '[1]\nexport terminated early', { ...broken, records: 1 }],
  ['json', '{"data":[]}}', { ...broken, records: undefined }],
  ['json', 'export terminated early', { ...broken, records: undefined }],
  ['json', ' null\n', { ...proven, records: 0 }],
  ['json', `null${' '.repeat(40)}\n`, { ...proven, records: 0 }],
  ['json', `null${' '.repeat(40)}export terminated early`, { ...broken, records: undefined }],
  ['json', 'nu ll', { ...broken, records: undefined }],
  ['json', 'nul', { ...broken, records: undefined }],
  ['json', 'nulll', { ...broken, records: undefined }],
  ['jsonl', '{"a":1}\n\n\n', { ...whole, records: 1 }],
  ['csv', 'a,b\n1,2\n', { ...whole, records: 2 }],
  ['csv', '\ufeffa,b\r\n1,2', { ...whole, records: 2 }],
  ['csv', '"a","b"\n"1,""2""\n","3"\n', { ...whole, records: 2 }],
  ['csv', 'a\n1\n\n', { ...whole, records: 2 }],
  ['csv', 'a,b\n1,5" disk\n', { ...whole, records: 2 }],
  ['csv', 'a;b\n1;"2\n"\n', { ...whole, records: 2 }],
  ['csv', 'a,b\n1,2,3\n', { ...whole, records: 2 }],
  ['csv', 'a,b\n1,"2\n', { ...broken, records: 2 }],
  ['csv', 'a,b\n"1""', { ...broken, records: 2 }],
  ['csv', 'a,b,c\n1,2', { ...broken, records: 2 }],
  ['csv', 'a,b\n1,2\nexport terminated early\n', { ...broken, records: 3 }],
  ['csv', 'a,b\n1,2\n""\n', { ...broken, records: 3 }],
  ['csv', 'a,b\n1,2\n\n\r\n3,4\r\n\n5,6\n7,8', { ...whole, records: 5 }],
  ['csv', '"a",b\n1,2\n3,4\n5,6\n7,"8\n\n\n9', { ...broken, records: 5 }],
  ['csv', 'a,b\n1,2\n3,4\n5,6\n7', { ...broken, records: 5 }],
  ['csv', 'a\u0000,\u0000"\u0000\n', whole],
  [undefined, '"[{', whole],
  ...(['json', 'jsonl', 'csv', undefined] as const).flatMap((format) =>
    ['', '\n', '\ufeff', '\ufeff \r\n\t'].map(
      (text) => [format, text, empty] as [ExportFormat, string, FormatVerdict],
    ),
  ),
])('%s %j', (format, text, verdict) => {
  test('in whatever chunks it comes', () => {
    for (const chunks of everyCut(text)) expect(check(format, chunks)).toEqual(verdict)
  })
})

test('rows without quotes are counted in whatever chunks they come', () => {
  const text = 'a,b\n1,2\n\n\r\n3,4\r\n\n5,6\n7,8\n9,10\n'
  for (const rest of everyCut(text))
    expect(check('csv', [encode('x,y\n'), ...rest])).toEqual({ ...whole, records: 7 })
})

test('a last line that is not UTF-8 is no JSON', () => {
  const bytes = Uint8Array.of(...encode('{"a":1}\n"'), 0xff, 0x22)
  expect(check('jsonl', [bytes])).toMatchObject({ isBroken: true })
})

test('a last line beyond the bound is not judged', () => {
  const chunk = new Uint8Array(16 * 1024 * 1024).fill(0x61)
  const chunks = [...Array(5).fill(chunk), encode('\n')]
  expect(check('jsonl', chunks)).toEqual({ ...whole, records: 1 })
})

test('ten thousand levels of JSON are followed', () => {
  const depth = 10_000
  expect(check('json', [encode('['.repeat(depth)), encode(']'.repeat(depth))])).toMatchObject({
    isProven: true,
  })
  expect(check('json', [encode('['.repeat(depth)), encode(']'.repeat(depth - 1))])).toMatchObject({
    isBroken: true,
  })
})

test.each<[text: string, rest: string]>([
  ['\ufeffabc', 'abc'],
  ['\ufeff\ufeffabc', '\ufeffabc'],
  ['abc', 'abc'],
  ['a\ufeff', 'a\ufeff'],
  // Begins with two of its bytes.
  ['！\ufeff', '！\ufeff'],
  ['\uf000', '\uf000'],
  ['\ufeff', ''],
  ['', ''],
])('of %j, what stands behind a byte order mark at its beginning is read: %j', (text, rest) => {
  for (const chunks of everyCut(text)) {
    expect(readAll('jsonl', chunks).found).toEqual(rest === '' ? [] : [rest])
  }
})
