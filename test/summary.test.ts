import { describe, expect, test } from 'vitest'
import { type ExportJob, summarize } from '../src/index.ts'
import fc from './support/fast-check.ts'
import { completed, failed } from './wait/world.ts'

const signed = 'https://bucket.example/file.csv?X-Amz-Signature=abcdef'

const full: ExportJob<unknown, { runId: string; exportId: string }> = {
  vendor: 'acme',
  id: 'e1',
  ref: { runId: 'b', exportId: 'a' },
  status: 'completed',
  rawStatus: 'DONE',
  createdAt: new Date(0),
  completedAt: new Date(1_000),
  expiresAt: new Date(2_000),
  answeredAt: new Date(3_000),
  totalRecords: 0,
  fileSize: 7,
  requestId: 'r-1',
  download: { url: signed, expiresAt: new Date(4_000), format: 'csv' },
  raw: { downloadUrl: signed },
}

describe('summarize', () => {
  test('keeps all but raw and the URL, instants as text', () => {
    const summary = summarize(full)
    expect(summary).toStrictEqual({
      vendor: 'acme',
      id: 'e1',
      ref: { runId: 'b', exportId: 'a' },
      status: 'completed',
      rawStatus: 'DONE',
      createdAt: '1970-01-01T00:00:00.000Z',
      completedAt: '1970-01-01T00:00:01.000Z',
      expiresAt: '1970-01-01T00:00:02.000Z',
      answeredAt: '1970-01-01T00:00:03.000Z',
      totalRecords: 0,
      fileSize: 7,
      requestId: 'r-1',
      download: { format: 'csv', expiresAt: '1970-01-01T00:00:04.000Z' },
    })
    expect(summary.ref).not.toBe(full.ref)
  })

  test('has no key for what is not known', () => {
    expect(summarize(completed)).toStrictEqual({
      vendor: 'acme',
      id: 'e1',
      ref: 'e1',
      status: 'completed',
      rawStatus: 'DONE',
    })
  })

  test('keeps the reason as one line, without what was signed', () => {
    const reason = `disk\n\tfull, see ${signed} and a\u202eb`
    expect(summarize({ ...failed, reason } as ExportJob).reason).toBe(
      'disk full, see https://bucket.example/file.csv?[redacted] and a b',
    )
  })

  test('is JSON whatever the fields hold, and never has the URL', () => {
    const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true })
    const fields = ['createdAt', 'expiresAt', 'totalRecords', 'fileSize', 'requestId', 'progress', 'reason']
    const jobs = fc.record(
      Object.fromEntries([...fields, 'retryAfter', 'ref', 'id'].map((key) => [key, anything] as const)),
    )
    fc.assert(
      fc.property(jobs, (extra) => {
        const summary = summarize({ ...full, ...extra } as never)
        expect(JSON.parse(JSON.stringify(summary))).toEqual(summary)
        expect(JSON.stringify(summary)).not.toContain('Signature')
        expect(Object.values(summary)).not.toContain(undefined)
      }),
    )
  })

  test('takes no other thing for a job', () => {
    expect(() => summarize({ id: 'e1' } as never)).toThrow(/did not return an ExportJob/)
  })
})

test('a polluted prototype adds nothing', () => {
  const keys = ['completedAt', 'expiresAt', 'reason', 'download'] as const
  const clean = summarize(completed)
  for (const key of keys)
    Object.defineProperty(Object.prototype, key, { value: new Date(0), configurable: true, writable: true })
  const summary = summarize(completed)
  for (const key of keys) delete (Object.prototype as Partial<Record<string, unknown>>)[key]
  expect(summary).toStrictEqual(clean)
})
