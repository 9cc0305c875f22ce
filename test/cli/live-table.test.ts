import { stripVTControlCharacters } from 'node:util'
import picocolors from 'picocolors'
import { describe, expect, test } from 'vitest'
import { renderRows } from '../../src/cli/live-table.ts'
import { type Row, updateRow } from '../../src/cli/row.ts'
import { widthOf } from '../../src/cli/text.ts'
import { ApiError, type ExportJob, TransportError } from '../../src/index.ts'

const colors = picocolors.createColors(false)
const view = { columns: 100, colors, now: 12_400, wall: 1_000_000 }
const base = { vendor: 'anaconda', id: 'a1', ref: 'a1', rawStatus: 'running', raw: {} }
const running: ExportJob = { ...base, status: 'running' }
const row: Row = { vendor: 'anaconda', ref: 'a1', startedAt: 0 }
const draw = (...rows: Row[]) => renderRows(rows, view).join('\n')

describe('a row', () => {
  test('shows a bar where the vendor reports progress', () => {
    expect(draw({ ...row, job: { ...running, progress: 50 } })).toBe(
      '• anaconda  a1  running        12s  ━━━━━━━━━━━───────────  50%',
    )
  })

  test('shows elapsed time and the next poll where it does not', () => {
    const nextPollAt = new Date(view.wall + 3_400)
    expect(draw({ ...row, job: running, nextPollAt })).toBe(
      '• anaconda  a1  running        12s  next poll in 4s',
    )
    expect(draw({ ...row, job: running, nextPollAt: new Date(view.wall) })).toMatch(/polling …$/)
    expect(draw(row)).toBe('· anaconda  a1  polling        12s')
  })

  test('shows why the last poll failed, until one works', () => {
    const error = new TransportError('network', 'not \u001b[31mreached.', 'anaconda')
    const nextPollAt = new Date(view.wall + 1_000)
    const failed = updateRow({ ...row, job: running }, { type: 'poll-failed', error, nextPollAt }, 0, 0)
    expect(draw(failed)).toMatch(/running .* next poll in 1s {2}! network · not reached\.$/)
    expect(draw(updateRow(failed, { type: 'job', job: running, nextPollAt }, 0, 0))).not.toMatch(/!/)
  })

  test('says the fact of a refusal first, then the words of the vendor', () => {
    const details = { vendor: 'tyk', httpStatus: 503, problem: { detail: 'upgrading' } }
    const refused = (error: ApiError) => draw({ ...row, job: running, pollError: error })
    expect(refused(new ApiError('tyk said no.', details))).toMatch(/! HTTP 503 · upgrading$/)
    expect(refused(new ApiError('tyk said no.', { ...details, problem: {} }))).toMatch(/! HTTP 503$/)
  })

  test('shows the age of the export, by the clock of its vendor where that is told', () => {
    const createdAt = new Date(5_000_000)
    const aged = (more: object) => {
      const job = { ...running, createdAt, ...more }
      return draw(updateRow({ ...row, startedAt: 10_400 }, { type: 'job', job }, 12_400, 5_600_000))
    }
    expect(aged({})).toMatch(/running {4}10m 00s$/)
    expect(aged({ answeredAt: new Date(5_060_000) })).toMatch(/running {5}1m 00s$/)
    // Never less than the wait, however wrong a clock is.
    expect(aged({ answeredAt: new Date(0) })).toMatch(/running {9}2s$/)
  })

  test('shows how it ended, and when', () => {
    const job: ExportJob = { ...base, status: 'completed', totalRecords: 3 }
    expect(draw({ ...row, job, endedAt: 1_500 })).toBe('✓ anaconda  a1  completed       1s  3 records')
    expect(draw({ ...row, job: running, endedAt: 1_500, isGivenUp: true })).toMatch(/^! .* stopped /)
  })

  test('lines up with the others and never is wider than the terminal', () => {
    const error = new TransportError('network', 'x'.repeat(200))
    const rows: Row[] = [
      { ...row, ref: 'r'.repeat(60), job: { ...running, progress: 99.9 } },
      { vendor: 'tyk', ref: 'short', startedAt: 0, pollError: error },
    ]
    for (const columns of [20, 44, 59, 60, 79, 80, 100, 200]) {
      const painted = renderRows(rows, { ...view, columns, colors: picocolors.createColors(true) })
      const lines = painted.map(stripVTControlCharacters)
      for (const line of lines) expect(line.length, `${columns}: ${line}`).toBeLessThan(columns)
      if (columns >= 44) expect(lines[0]?.indexOf('running')).toBe(lines[1]?.indexOf('polling'))
      if (columns >= 44) expect(lines[0]).toMatch(/ 99%$/)
    }
  })
})

test('a bar is shown whole, whatever the width and however long the ref', () => {
  const long: Row = { ...row, ref: 'r'.repeat(60), job: { ...running, progress: 100 } }
  for (const columns of [44, 60, 72, 80, 81, 99, 100, 140]) {
    const [line = ''] = renderRows([long], { ...view, columns })
    expect(line.length, line).toBeLessThan(columns)
    expect(line).toMatch(columns < 60 ? / {2}100%$/ : / {2}━{10,22} 100%$/)
  }
})

test('wide characters take two columns: the rows line up, and none is too wide', () => {
  const rows: Row[] = [
    { ...row, ref: '日本の輸出', job: { ...running, progress: 50 } },
    { ...row, ref: 'short', pollError: new TransportError('network', '👍🏽台帳'.repeat(30)) },
    {
      ...row,
      ref: '👍🏽'.repeat(40),
      job: { ...base, status: 'failed', reason: '台帳'.repeat(60) },
      endedAt: 1,
    },
    { ...row, ref: 'e\u0301'.repeat(9), job: { ...base, status: 'canceled', reason: 'by Ann' }, endedAt: 1 },
  ]
  for (let columns = 30; columns <= 140; columns++) {
    const lines = renderRows(rows, { ...view, columns })
    for (const line of lines) expect(widthOf(line), line).toBeLessThan(columns)
    if (columns < 44) continue
    const words = ['running', 'polling', 'failed', 'canceled']
    const places = lines.map((line, index) => widthOf(line.slice(0, line.indexOf(words[index] as string))))
    expect(new Set(places).size).toBe(1)
  }
  expect(renderRows(rows, view)[3]).toMatch(/^✗ .* canceled .* by Ann$/)
})

describe('the row of a file', () => {
  const saved = { bytes: 1_500_000, total: 3_000_000, bytesPerSecond: 12_345_678 }
  const file: Row = { ...row, vendor: 'loyaltydog', ref: '/a/rather/long/folder/out.csv' }
  const lines = (columns: number, ...rows: Row[]) => renderRows(rows, { ...view, columns })

  test('shows how far it is, and how fast', () => {
    expect(draw({ ...row, ref: 'out.csv', saved })).toBe(
      '↓ anaconda  out.csv  saving         12s  ━━━━━━━━━━━───────────  50%  12.3 MB/s',
    )
    const { total: _, ...unknown } = saved
    expect(draw({ ...row, ref: 'out.csv', saved: unknown })).toMatch(/ 12s {2}1\.5 MB {2}12\.3 MB\/s$/)
    expect(draw({ ...row, ref: 'out.csv', saved: { ...saved, bytes: 0, total: 0 } })).toMatch(
      / {2}0 B {2}12\.3/,
    )
  })

  test('shows how it ended', () => {
    expect(draw({ ...row, ref: 'out.csv', saved, endedAt: 1_500 })).toBe(
      '✓ anaconda  out.csv  saved           1s  1.5 MB',
    )
    expect(draw({ ...row, ref: 'out.csv', saved, endedAt: 1_500, isGivenUp: true })).toMatch(
      /^! .* stopped .* 1\.5 MB$/,
    )
  })

  test('stands below that of its export, both bars whole, whatever the width', () => {
    const waiting: Row = { ...row, vendor: 'loyaltydog', job: { ...running, progress: 99 } }
    for (let columns = 44; columns <= 140; columns++) {
      const [first = '', second = ''] = lines(columns, waiting, { ...file, saved })
      expect(first.length, first).toBeLessThan(columns)
      expect(second.length, second).toBeLessThan(columns)
      expect(first).toMatch(columns < 60 ? / {2}99%$/ : / {2}[━─]{10,22} {2}99%$/)
      expect(second).toMatch(columns < 60 ? / {2}50%/ : / {2}[━─]{10,22} {2}50%/)
      expect(first.indexOf('running')).toBe(second.indexOf('saving'))
    }
  })

  test('shows how fast it is whole, or not at all', () => {
    for (let columns = 44; columns <= 140; columns++) {
      const [line = ''] = lines(columns, { ...file, saved })
      expect(line).toMatch(columns < 72 ? /50%$/ : /50% {2}12\.3 MB\/s$/)
    }
  })
})
