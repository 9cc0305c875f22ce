/**
 * Durable waits on BullMQ, shared by many machines.
 *
 * @module export-jobs/bullmq
 */

export type { ExportClient, GetOptions } from '../client.ts'
export type { Clock, SleepOptions } from '../clock.ts'
export type { Duration } from '../duration.ts'
export type { ErrorDetails, ExportJobsError } from '../errors.ts'
export type {
  ActiveJob,
  CanceledJob,
  CompletedJob,
  Expected,
  ExpiredJob,
  ExportFormat,
  ExportJob,
  ExportStatus,
  FailedJob,
  JobBase,
  WaitState,
} from '../job.ts'
export type { ErrorSummary, JobSummary } from '../summary.ts'
export type { EndedOutcome, PollStep } from '../wait/poll-once.ts'
export type { Observation, Schedule, ScheduleBounds, Update, WaitOptions } from '../wait-options.ts'
export type {
  AnyClient,
  CompletedContext,
  StoredWaitOptions,
  WaitJobData,
  WaitProcessorOptions,
} from './options.ts'
export { type WaitJob, type WaitJobOptions, waitJob } from './wait-job.ts'
export { waitProcessor } from './wait-processor.ts'
export { createWaitWorker } from './wait-worker.ts'
