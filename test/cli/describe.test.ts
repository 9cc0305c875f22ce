import { describe, expect, test } from 'vitest'
import { describeError, describeJob, summarizeError, toJsonLine } from '../../src/cli/describe.ts'
import { Interruption } from '../../src/cli/shell.ts'
import {
  ApiError,
  type ExportJob,
  JobFailedError,
  startWait,
  TransportError,
  WaitError,
  type WaitErrorDetails,
  type WaitErrorReason,
} from '../../src/index.ts'

const state = startWait('x')
const waitError = (reason: WaitErrorReason, details: Partial<WaitErrorDetails<string>> = {}) =>
  new WaitError(reason, 'Stopped waiting.', { vendor: 'tyk', state, ...details })
const base = { vendor: 'tyk', id: 'a', ref: 'a', rawStatus: 'x', raw: {} }

describe('an error', () => {
  test('is printed as it is, advice included', () => {
    const error = new TransportError('network', 'tyk was not reached.', 'tyk', true, 'Check the base URL.')
    expect(describeError(error)).toBe('tyk was not reached. Check the base URL.')
    expect(describeError(new Interruption(130))).toBe('Interrupted.')
    const full = Object.assign(new Error('ENOSPC: a\u001b[2Jb\nc'), { syscall: 'write' })
    expect(describeError(full)).toBe('ENOSPC: ab c')
  })

  test.each([new Error('boom tok-secret'), 'tok-secret', { message: 'tok-secret' }, null])(
    'of the code of a vendor shows none of its text: %s',
    (thrown) => {
      expect(describeError(thrown)).not.toContain('tok-secret')
      expect(describeError(thrown)).toContain('Its text is not shown')
    },
  )

  test('and the reason of an export show no signed query', () => {
    const words = 'no copy of https://store.example/k?X-Amz-Signature=SIG-SECRET here'
    const error = new ApiError('No.', { vendor: 'tyk', httpStatus: 400, problem: { detail: words } })
    for (const text of [
      describeError(error),
      summarizeError(error),
      describeJob({ ...base, status: 'failed', reason: words }),
      describeJob({ ...base, status: 'canceled', reason: words }),
    ]) {
      expect(text).toContain('https://store.example/k?')
      expect(text).not.toContain('SIG-SECRET')
    }
  })

  test('is followed by the words of the vendor, made safe', () => {
    const problem = { title: 'Not Found', detail: 'no\u001b[1m such' }
    const refusal = (words: object) =>
      new ApiError('tyk said no.', { vendor: 'tyk', httpStatus: 404, problem: words })
    expect(describeError(refusal(problem))).toBe('tyk said no. It says: Not Found: no such')
    expect(describeError(refusal({ title: 'Gone', detail: 'Gone' }))).toBe('tyk said no. It says: Gone')
    expect(describeError(refusal({}))).toBe('tyk said no.')
  })

  test.each([
    [{ ...base, status: 'failed', reason: 'disk full' }, / failed: disk full\. [^:]*$/],
    [{ ...base, status: 'canceled', reason: 'by Ann' }, / was canceled: by Ann\. [^:]*$/],
    [{ ...base, status: 'canceled' }, / was canceled\. [^:]*$/],
    [{ ...base, status: 'expired' }, / has expired\. [^:]*$/],
  ] as const)('of an export that ended: %j', (job, text) => {
    expect(describeError(new JobFailedError(job))).toMatch(text)
  })

  test('names its cause', () => {
    const cause = new TransportError('network', 'tyk was not reached.', 'tyk')
    expect(describeError(waitError('unreachable', { cause }))).toBe(
      'Stopped waiting. Cause: tyk was not reached.',
    )
  })
})

describe('words', () => {
  test.each(['9999-12-31T23:59:59Z', '2020-01-01T00:00:00Z'])(
    'tell of no duration that cannot be: from 2026 to %s',
    (completedAt) => {
      const instants = { createdAt: new Date('2026-01-01T00:00:00Z'), completedAt: new Date(completedAt) }
      expect(describeJob({ ...base, status: 'completed', ...instants })).toBe('')
    },
  )

  test('of a job say what is known and nothing else', () => {
    const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute))
    expect(describeJob({ ...base, status: 'pending' })).toBe('')
    expect(describeJob({ ...base, status: 'running', progress: 99.9 })).toBe('99%')
    expect(describeJob({ ...base, status: 'unknown' })).toBe('tyk has not published the status "x"')
    expect(describeJob({ ...base, status: 'expired', expiresAt: at(1) })).toBe('expired 2026-01-01 00:01 UTC')
    expect(describeJob({ ...base, status: 'failed', reason: 'disk\nfull' })).toBe('disk full')
    expect(describeJob({ ...base, status: 'canceled', reason: 'by Ann' })).toBe('by Ann')
    expect(describeJob({ ...base, status: 'canceled' })).toBe('')
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
