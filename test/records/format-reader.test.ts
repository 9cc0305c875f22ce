import { describe, expect, test } from 'vitest'
import type { ExportFormat } from '../../src/job.ts'
import type { FormatEvidence } from '../../src/records/integrity.ts'
import { everyCut } from './chunks.ts'
import { readAll } from './read-all.ts'

const check = (format: ExportFormat | undefined, chunks: Iterable<Uint8Array>) =>
  readAll(format, chunks).evidence

const encode = (text: string) => new TextEncoder().encode(text)
const whole = { isProven: false, isBroken: false, isEmpty: false }
const proven = { ...whole, isProven: true }
const broken = { ...whole, isBroken: true }
const ragged = { ...whole, isRagged: true }
const list = { mayNest: true }
const empty = { ...whole, isEmpty: true, records: 0 }

describe.each<[format: ExportFormat | undefined, text: string, evidence: FormatEvidence]>([
  ['jsonl', '{"a":1}\n{"a":2}\n', { ...whole, records: 2 }],
  ['jsonl', '{"a":1}\n{"a":2}', { ...whole, records: 2 }],
  ['jsonl', '\ufeff{"a":1}\r\n \r\n{"a":2}\r\n\n', { ...whole, records: 2 }],
  ['jsonl', '{"a":1}\n{"a":', { ...broken, records: 2 }],
  ['jsonl', '{"a":1}\nexport terminated early', { ...broken, records: 1 }],
  ['jsonl', '{"a":1}\nexport terminated early\n\n', { ...broken, records: 1 }],
  ['json', '[{"a":1},{"a":"]"}]', { ...proven, ...list, records: 2 }],
  ['json', '\ufeff[ ]\n', { ...proven, ...list, records: 0 }],
  ['json', '{"data":[1,2]}', { ...proven, records: undefined }],
  ['json', '[{"a":1},{"a":2}', { ...broken, ...list, records: 2 }],
  ['json', '[{"a":1},{"a":2', { ...broken, ...list, records: 1 }],
  ['json', '["a]', { ...broken, ...list, records: 0 }],
  ['json', '[1]\nexport terminated early', { ...broken, ...list, records: 1 }],
  ['json', '{"error":"upstream timeout"}', { ...proven, records: 1 }],
  ['json', ' { "data" : [ ] }\n', { ...proven, records: 0 }],
  ['json', '{"data":[],"meta":{}}', { ...proven, records: 0 }],
  ['json', '{"data":[],"total":0}', { ...proven, records: 1 }],
  ['json', '{}', { ...proven, records: 0 }],
  ['json', '{"data":[[]]}', { ...proven, records: undefined }],
  ['json', '{"data":["[,"]}', { ...proven, records: undefined }],
  ['json', '{"error":{"text":"x"}}', { ...proven, records: undefined }],
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
  ['csv', 'a\n1\n\n', { ...whole, records: 3 }],
  ['csv', 'note\r\n\r\n\r\n', { ...whole, records: 3 }],
  ['csv', '\n\nnote\n\n1', { ...whole, records: 3 }],
  ['csv', 'id,n\r1,a\r2,b\r', { ...whole, records: 3 }],
  ['csv', 'id,name\n', { ...whole, records: 0 }],
  ['csv', '"id";"na,me"', { ...whole, records: 0 }],
  ['csv', '7,name\n', { ...whole, records: 1 }],
  ['csv', 'name\n', { ...whole, records: 1 }],
  ['csv', 'id\tn\n1\t"big\n2\tx\n', { ...whole, records: 3 }],
  ['csv', '1\t"big\n2\tx\n', whole],
  ['csv', '"id"\t"n"\n"1"\t"x"\n', { ...whole, records: 2 }],
  ['csv', 'a;b\n3,50;x\n2;4\n', { ...whole, records: 3 }],
  ['csv', 'Datum;Preis, EUR;Kunde\n2026-01-01;5;X\n', { ...whole, records: 2 }],
  ['csv', 'id,n\n1,a\0b\n', { ...whole, records: 2 }],
  ['csv', '\x1f\x8b\x08\0\n', whole],
  ['csv', 'a,b\n1,5" disk\n', { ...whole, records: 2 }],
  ['csv', 'a;b\n1;"2\n"\n', { ...whole, records: 2 }],
  ['csv', 'a,b\n1,2,3\n', { ...whole, records: 2 }],
  ['csv', 'a,b\n1,"2\n', { ...broken, records: 2 }],
  ['csv', 'a,b\n"1""', { ...broken, ...ragged, isBroken: true, records: 2 }],
  ['csv', 'a,b,c\n1,2', { ...ragged, records: 2 }],
  ['csv', 'a,b\n1,2\nexport terminated early\n', { ...ragged, records: 3 }],
  ['csv', 'a,b\n1,2\n""\n', { ...ragged, records: 3 }],
  ['csv', 'a,b\n1,2\n\n\r\n3,4\r\n\n5,6\n7,8', { ...whole, records: 5 }],
  ['csv', '"a",b\n1,2\n3,4\n5,6\n7,"8\n\n\n9', { ...broken, records: 5 }],
  ['csv', 'a,b\n1,2\n3,4\n5,6\n7', { ...ragged, records: 5 }],
  ['csv', 'a\u0000,\u0000"\u0000\n', whole],
  [undefined, '"[{', whole],
  ...(['json', 'jsonl', 'csv', undefined] as const).flatMap((format) =>
    ['', '\n', '\ufeff', '\ufeff \r\n\t'].map(
      (text) => [format, text, empty] as [ExportFormat, string, FormatEvidence],
    ),
  ),
])('%s %j', (format, text, evidence) => {
  test('in whatever chunks it comes', () => {
    for (const chunks of everyCut(text)) expect(check(format, chunks)).toEqual(evidence)
  })
})

test('rows without quotes are counted in whatever chunks they come', () => {
  const text = 'a,b\n1,2\n\n\r\n3,4\r\n\n5,6\n7,8\n9,10\n'
  for (const rest of everyCut(text))
    expect(check('csv', [encode('x,y\n'), ...rest])).toEqual({ ...whole, records: 7 })
})

test.each([
  ['of one column', 'n\n1\n\n3\n\n\n6\n', 7],
  ['separated by tabs', 'a\tb\n1\t"2\n3\t4\n\n5"\t6\n', 4],
])('rows %s are counted in whatever chunks they come', (_, text, records) => {
  for (const chunks of everyCut(text)) expect(check('csv', chunks)).toEqual({ ...whole, records })
})

test('UTF-16 is not counted', () => {
  for (const mark of [[0xff, 0xfe], [0xfe, 0xff], []])
    expect(check('csv', [Uint8Array.of(...mark, ...Buffer.from('a,b\n1,"2\n', 'utf16le'))])).toEqual(whole)
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
  // Begins with two bytes of the mark.
  ['！\ufeff', '！\ufeff'],
  ['\uf000', '\uf000'],
  ['\ufeff', ''],
  ['', ''],
])('of %j, what stands behind a byte order mark at its beginning is read: %j', (text, rest) => {
  for (const chunks of everyCut(text)) {
    expect(readAll('jsonl', chunks).found).toEqual(rest === '' ? [] : [rest])
  }
})
