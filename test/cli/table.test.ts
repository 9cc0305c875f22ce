import { expect, test } from 'vitest'
import { formatTable } from '../../src/cli/table.ts'
import { widthOf } from '../../src/cli/width.ts'
import { fakeOutput } from './fake-output.ts'

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
