import { describe, expectTypeOf, test } from 'vitest'
import type {
  ActiveJob,
  CanceledJob,
  CompletedJob,
  ExpiredJob,
  ExportFormat,
  ExportJob,
  ExportStatus,
  FailedJob,
} from '../../src/index.ts'

interface Raw {
  readonly word: string
}
declare const job: ExportJob<Raw, string>

test('the union is told apart by status', () => {
  expectTypeOf(job.status).toEqualTypeOf<ExportStatus>()
  if (job.status === 'completed') {
    expectTypeOf(job).toEqualTypeOf<CompletedJob<Raw, string>>()
    expectTypeOf(job.download?.url).toEqualTypeOf<string | undefined>()
    expectTypeOf(job.download?.expiresAt).toEqualTypeOf<Date | undefined>()
    expectTypeOf(job.download?.format).toEqualTypeOf<ExportFormat | undefined>()
  } else if (job.status === 'failed') {
    expectTypeOf(job).toEqualTypeOf<FailedJob<Raw, string>>()
    expectTypeOf(job.reason).toEqualTypeOf<string>()
  } else if (job.status === 'canceled') {
    expectTypeOf(job).toEqualTypeOf<CanceledJob<Raw, string>>()
    expectTypeOf(job.reason).toEqualTypeOf<string | undefined>()
  } else if (job.status === 'expired') {
    expectTypeOf(job).toEqualTypeOf<ExpiredJob<Raw, string>>()
  } else {
    expectTypeOf(job).toEqualTypeOf<ActiveJob<Raw, string>>()
    expectTypeOf(job.progress).toEqualTypeOf<number | undefined>()
    expectTypeOf(job.retryAfter).toEqualTypeOf<number | undefined>()
  }
})

test('a switch over the statuses is exhaustive', () => {
  switch (job.status) {
    case 'pending':
    case 'running':
    case 'unknown':
    case 'completed':
    case 'failed':
    case 'canceled':
    case 'expired':
      break
    default:
      expectTypeOf(job).toBeNever()
  }
})

describe('what every job has', () => {
  test('and what it may have', () => {
    expectTypeOf(job.raw).toEqualTypeOf<Raw>()
    expectTypeOf(job.ref).toEqualTypeOf<string>()
    expectTypeOf(job.rawStatus).toEqualTypeOf<string>()
    expectTypeOf(job.createdAt).toEqualTypeOf<Date | undefined>()
    expectTypeOf(job.completedAt).toEqualTypeOf<Date | undefined>()
    expectTypeOf(job.expiresAt).toEqualTypeOf<Date | undefined>()
    expectTypeOf(job.answeredAt).toEqualTypeOf<Date | undefined>()
    expectTypeOf(job.requestId).toEqualTypeOf<string | undefined>()
    expectTypeOf(job.totalRecords).toEqualTypeOf<number | undefined>()
    expectTypeOf(job.fileSize).toEqualTypeOf<number | undefined>()
  })

  test('nothing of it can be written, or is there before the status is known', () => {
    // @ts-expect-error readonly
    job.status = 'completed'
    // @ts-expect-error readonly
    job.id = 'other'
    // @ts-expect-error only of a completed job
    void job.download
    // @ts-expect-error only of a failed job
    void job.reason
    // @ts-expect-error only of an active job
    void job.progress
    // @ts-expect-error no status of the vocabulary
    void (job.status === 'done')
  })

  test('any job is an ExportJob', () => {
    expectTypeOf<ExportJob<Raw, string>>().toExtend<ExportJob>()
  })
})
