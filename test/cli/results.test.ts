import picocolors from 'picocolors'
import { expect, test } from 'vitest'
import {
  errorLine,
  jobLine,
  paintResult,
  printSaved,
  printStarted,
  updateLine,
} from '../../src/cli/results.ts'
import type { Shell } from '../../src/cli/shell.ts'
import { ApiError, type ExportJob } from '../../src/index.ts'
import { fakeOutput } from './fake-output.ts'

const colors = picocolors.createColors(false)
const base = { vendor: 'anaconda', id: 'a1', ref: 'a1', rawStatus: 'running', raw: { state: 1 } }
const named = { vendor: 'anaconda', text: 'a1' }

test('a result is separated by tabs for programs, and signed for eyes', () => {
  const job: ExportJob = { ...base, status: 'failed', reason: 'a\tb\u001b[2J' }
  expect(jobLine({ out: fakeOutput() }, job, named, {}, [named])).toBe('anaconda\ta1\tfailed\ta b')
  expect(paintResult(job, 'a1', colors, { vendor: 10, ref: 4 })).toBe('✗ anaconda    a1    failed     a b')
})

test('details that do not fit stand on a line of their own', () => {
  const job: ExportJob = { ...base, status: 'failed', reason: '台帳がロックされています' }
  const layout = { vendor: 10, ref: 4 }
  expect(paintResult(job, 'a1', colors, { ...layout, columns: 55 })).toMatch(/^✗ anaconda .* 台帳/)
  expect(paintResult(job, 'a1', colors, { ...layout, columns: 54 })).toBe(
    '✗ anaconda    a1    failed   \n    台帳がロックされています',
  )
})

test('on a narrow terminal a ref is whole, and what follows stands below it', () => {
  const job: ExportJob = { ...base, status: 'completed', totalRecords: 3 }
  const layout = { vendor: 8, ref: 36, columns: 50 }
  expect(paintResult(job, '8f14e45f-ceea-467f-a0e6-3c2f4e1b9a01', colors, layout)).toBe(
    '✓ anaconda  8f14e45f-ceea-467f-a0e6-3c2f4e1b9a01\n    completed  3 records',
  )
})

test('lines of JSON say what happened; that of `get` is the export alone', () => {
  const job: ExportJob = { ...base, status: 'running', progress: 40 }
  const nextPollAt = new Date(Date.UTC(2026, 0, 1))
  const error = new ApiError('No.', {
    vendor: 'anaconda',
    httpStatus: 503,
    requestId: 'r1',
    retryAfter: 2_000,
  })
  const failure = {
    name: 'ApiError',
    code: 'server-error',
    retryable: true,
    httpStatus: 503,
    requestId: 'r1',
    retryAfter: 2_000,
    message: 'No.',
  }
  const known = {
    vendor: 'anaconda',
    id: 'a1',
    ref: 'a1',
    status: 'running',
    rawStatus: 'running',
    progress: 40,
  }
  expect(JSON.parse(updateLine(named, { type: 'job', job, nextPollAt }))).toEqual({
    event: 'update',
    nextPollAt: '2026-01-01T00:00:00.000Z',
    ...known,
    raw: { state: 1 },
  })
  expect(JSON.parse(updateLine(named, { type: 'poll-failed', error, nextPollAt }))).toEqual({
    event: 'update',
    nextPollAt: '2026-01-01T00:00:00.000Z',
    vendor: 'anaconda',
    ref: 'a1',
    error: failure,
  })
  expect(JSON.parse(errorLine(named, error))).toEqual({
    event: 'error',
    vendor: 'anaconda',
    ref: 'a1',
    error: failure,
  })
  const out = fakeOutput()
  expect(JSON.parse(jobLine({ out }, job, named, { json: true }, [named]))).toEqual({
    ...known,
    raw: { state: 1 },
  })
  expect(JSON.parse(jobLine({ out }, job, named, { json: true }, [named], 'job'))).toMatchObject({
    event: 'job',
    progress: 40,
  })
  printStarted({ out } as unknown as Shell, { vendor: 'didomi', text: 'e/r' }, { json: true })
  printSaved({ out } as unknown as Shell, named, { path: '/x', bytes: 7 }, { json: true })
  expect(
    out
      .text()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { event: 'started', vendor: 'didomi', ref: 'e/r' },
    { event: 'saved', vendor: 'anaconda', ref: 'a1', path: '/x', bytes: 7 },
  ])
})
