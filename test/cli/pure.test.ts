import { describe, expect, test } from 'vitest'
import { describeError, describeJob, toJsonLine } from '../../src/cli/describe.ts'
import { exitCodeOfError, exitCodeOfJob, worst } from '../../src/cli/exit-codes.ts'
import { createOutput } from '../../src/cli/shell.ts'
import { formatTable } from '../../src/cli/table.ts'
import { formatBytes, formatCount, formatSpan, formatTicks, plain, shorten } from '../../src/cli/text.ts'
import { formatRef, parseTarget, parseTargets } from '../../src/cli/vendors.ts'
import {
  ApiError,
  ConfigurationError,
  type ExportJob,
  ResponseError,
  startWait,
  TransportError,
  WaitError,
  type WaitErrorReason,
} from '../../src/index.ts'
import { fakeOutput } from './fake-output.ts'

describe('text', () => {
  test('plain keeps words and drops what moves a cursor', () => {
    expect(plain(' a\u001b[31mb\u001b]0;title\u0007c\u009b2J\r\nd\u202ee\u200bf\u2028g ')).toBe('abc def g')
    expect(plain('Größe 日本 👍')).toBe('Größe 日本 👍')
  })

  test('shorten keeps both ends', () => {
    expect(shorten('abcdefghij', 10)).toBe('abcdefghij')
    expect(shorten('abcdefghij', 5)).toBe('ab…ij')
    expect(shorten('abcdefghij', 1)).toBe('…')
  })

  test.each([
    [0, '0.0s', '0s'],
    [1_340, '1.3s', '1s'],
    [9_940, '9.9s', '9s'],
    [9_960, '10s', '9s'],
    [59_600, '1m 00s', '1m 00s'],
    [245_000, '4m 05s', '4m 05s'],
    [3_720_000, '1h 02m', '1h 02m'],
    [90_000_000, '1d 1h', '1d 1h'],
  ])('a span of %i ms', (milliseconds, span, ticks) => {
    expect([formatSpan(milliseconds), formatTicks(milliseconds)]).toEqual([span, ticks])
  })

  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [201_300, '201 kB'],
    [999_600, '1.0 MB'],
    [1.5e12, '1.5 TB'],
  ])('a size of %d bytes', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })

  test('a count', () => {
    expect([formatCount(1, 'record'), formatCount(12_345, 'record')]).toEqual(['1 record', '12,345 records'])
  })
})

describe('refs', () => {
  test('a word that names a vendor switches to it', () => {
    const targets = parseTargets('tyk', ['a', 'b', 'didomi', 'e/r', 'tyk', 'c', 'a'])
    expect(targets.map(({ vendor, text }) => `${vendor}:${text}`)).toEqual([
      'tyk:a',
      'tyk:b',
      'didomi:e/r',
      'tyk:c',
    ])
    expect(targets[2]?.ref).toEqual({ exportId: 'e', runId: 'r' })
    expect(formatRef(targets[2]?.ref)).toBe('e/r')
  })

  test.each([['didomi'], ['tyk didomi'], ['didomi tyk a']])('a vendor without refs: %s', (words) => {
    expect(() => parseTargets('anaconda', ['x', ...words.split(' ')])).toThrow(/No export of/)
  })

  test.each(['e', 'e/', '/r', 'e/r/s'])('no run of Didomi: %s', (text) => {
    expect(() => parseTarget('didomi', text)).toThrow('EXPORT_ID/RUN_ID')
  })
})

const api = (httpStatus: number, problem = {}) => new ApiError('No.', { vendor: 'tyk', httpStatus, problem })
const given = (reason: WaitErrorReason, details = {}) =>
  new WaitError(reason, 'Hand error.state back.', { vendor: 'tyk', state: startWait('x'), ...details })

describe('exit codes', () => {
  test.each([
    [api(401), 3],
    [api(404), 3],
    [api(410), 1],
    [api(503), 124],
    [api(429), 124],
    [new TransportError('timeout', ''), 124],
    [new TransportError('tls', ''), 3],
    [new ResponseError('not-json', ''), 124],
    [new ConfigurationError('invalid-ref', ''), 2],
    [given('timeout'), 124],
    [given('stalled'), 124],
    [given('unreachable'), 124],
    [given('unknown-status'), 124],
    [given('unauthorized'), 3],
    [given('not-found'), 3],
    [given('refused'), 3],
    [Object.assign(new Error('ENOSPC: no space left on device'), { syscall: 'write' }), 2],
    [new Error('a bug'), undefined],
    ['a bug', undefined],
  ])('of %s', (error, code) => {
    expect(exitCodeOfError(error)).toBe(code)
  })

  test('of jobs', () => {
    const codes = (['pending', 'running', 'unknown', 'completed', 'failed', 'expired'] as const).map(
      (status) => exitCodeOfJob({ status } as ExportJob),
    )
    expect(codes).toEqual([0, 0, 0, 0, 1, 1])
  })

  test('the most serious counts', () => {
    expect(worst([])).toBe(0)
    expect(worst([0, 124, 0])).toBe(124)
    expect(worst([124, 1, 0])).toBe(1)
    expect(worst([1, 3, 124])).toBe(3)
    expect(worst([3, 2])).toBe(2)
    expect(worst([2, 70])).toBe(70)
  })
})

describe('words', () => {
  test('of an error are those of the command line', () => {
    const problem = { title: 'Not Found', detail: 'no\u001b[1m such' }
    const error = new ApiError('tyk said no. Check baseUrl. See error.problem.', {
      vendor: 'tyk',
      httpStatus: 404,
      problem,
    })
    expect(describeError(error)).toBe('tyk said no. Check the base URL. It says: Not Found: no such')
    expect(describeError(given('refused', { cause: error }))).toMatch(/^the vendor refused\. tyk said no\./)
    expect(describeError(given('timeout', { retryAt: new Date('2026-01-02T03:04:05Z') }))).toContain(
      '2026-01-02 03:04 UTC',
    )
    for (const reason of [
      'timeout',
      'stalled',
      'unreachable',
      'unknown-status',
      'not-found',
      'unauthorized',
    ] as const)
      expect(describeError(given(reason))).not.toMatch(/error\.|undefined/)
  })

  test('of a job say what is known and nothing else', () => {
    const base = { vendor: 'tyk', id: 'a', ref: 'a', rawStatus: 'x', raw: {} }
    const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute))
    expect(describeJob({ ...base, status: 'pending' })).toBe('')
    expect(describeJob({ ...base, status: 'running', progress: 99.9 })).toBe('99%')
    expect(describeJob({ ...base, status: 'unknown' })).toBe('tyk has not published the status "x"')
    expect(describeJob({ ...base, status: 'expired', expiresAt: at(1) })).toBe('expired 2026-01-01 00:01 UTC')
    const job: ExportJob = {
      ...base,
      status: 'completed',
      createdAt: at(0),
      completedAt: at(2),
      totalRecords: 0,
      fileSize: 2,
      download: { format: 'csv', url: 'https://signed.example/?secret', expiresAt: at(60) },
    }
    expect(describeJob(job)).toBe('0 records · 2 B · csv · took 2m 00s · expires 2026-01-01 01:00 UTC')
  })

  test('in JSON hold no character that a terminal obeys', () => {
    const value = { text: '\u0007\u001b\u007f\u009b\u202e\u2028\u{e0041} ü' }
    expect(toJsonLine(value)).toMatch(/^[\x20-\x7eü]+$/)
    expect(JSON.parse(toJsonLine(value))).toEqual(value)
  })
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

test('colour is for terminals, and for who does not mind it', () => {
  const isColored = (terminal: boolean, environment: Record<string, string>) =>
    createOutput(fakeOutput(terminal ? { columns: 80, rows: 24 } : undefined).stream, environment).colors
      .isColorSupported
  expect(isColored(true, {})).toBe(true)
  expect(isColored(false, {})).toBe(false)
  expect(isColored(true, { NO_COLOR: '1' })).toBe(false)
  expect(isColored(true, { TERM: 'dumb' })).toBe(false)
  expect(isColored(false, { FORCE_COLOR: '1' })).toBe(true)
})
