import { expect, test } from 'vitest'
import { drawTable, formatTable } from '../../src/cli/demo-table.ts'
import { widthOf } from '../../src/cli/text.ts'
import { type ExportJob, TransportError } from '../../src/index.ts'
import { fakeOutput } from './fake-output.ts'

const target = { vendor: 'tyk', text: '8f14e45f-ceea-467f-a0e6-3c2f4e1b9a01', ref: 'x' } as const
const base = { vendor: 'tyk', id: 'x', ref: 'x', rawStatus: 'stopped', raw: {} }
const draw = (end: { job: ExportJob } | { error: unknown }, columns?: number) =>
  drawTable(
    [{ ending: { target, ...end }, took: 1_200 }],
    0,
    fakeOutput(columns ? { columns, rows: 24 } : undefined),
  )

test.each<[string, ExportJob, RegExp]>([
  [
    'completed',
    { ...base, status: 'completed', fileSize: 2_000, download: { format: 'csv' } },
    /2\.0 kB of csv$/,
  ],
  ['failed', { ...base, status: 'failed', reason: 'disk\nfull' }, /✗ failed .*"disk full"$/],
  ['canceled', { ...base, status: 'canceled', reason: 'by Ann' }, /✗ canceled .*"by Ann"$/],
  ['canceled without a reason', { ...base, status: 'canceled' }, /✗ canceled .* stopped$/],
  ['expired', { ...base, status: 'expired' }, /✗ expired .* stopped$/],
])('shows how an export ended: %s', (_, job, text) => {
  expect(draw({ job })).toMatch(text)
})

test('shows why a wait stopped', () => {
  expect(draw({ error: new TransportError('network', 'not reached.') })).toMatch(
    / stopped .* 1\.2s {2}not reached\.$/,
  )
})

test('leaves out of an id what has no room', () => {
  const job: ExportJob = { ...base, status: 'failed', reason: 'full' }
  expect(draw({ job })).toContain(target.text)
  expect(draw({ job }, 80)).toContain('8f14…9a01')
  expect(draw({ job }, 60)).not.toMatch(/id|8f14/)
})

test('a table fits the terminal it goes to', () => {
  const rows = [[['tyk'], ['12'], ['a note that is long']]] as const
  const headings = ['vendor', 'records', 'note']
  expect(formatTable(headings, rows, fakeOutput())).toBe(
    'vendor  records  note\ntyk          12  a note that is long',
  )
  expect(formatTable(headings, rows, fakeOutput({ columns: 24, rows: 9 }))).toBe(
    'vendor  records  note\ntyk          12  a not…',
  )
})

test('wide characters take two columns: what follows them lines up, and no line is too wide', () => {
  const rows = [
    [['日本'], ['1'], ['台帳がロックされています'.repeat(4)]],
    [['tyk'], ['12'], ['👍🏽'.repeat(40)]],
  ] as const
  const lines = formatTable(['vendor', 'records', 'note'], rows, fakeOutput({ columns: 40, rows: 9 })).split(
    '\n',
  )
  expect(lines.map((line) => widthOf(line) < 40)).toEqual([true, true, true])
  expect(lines[1]).toMatch(/^日本 {10}1 {2}台帳.*…$/)
  expect(lines[2]).toMatch(/^tyk {10}12 {2}(?:👍🏽)+…$/)
})
