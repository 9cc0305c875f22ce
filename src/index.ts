/**
 * Waiting for exports, their errors, and the records of their files. Every client works with all of it.
 *
 * @module export-jobs
 */

export type { ExportClient, GetOptions } from './client.ts'
export type { Clock, SleepOptions } from './clock.ts'
export type { Duration } from './duration.ts'
export { Durations, durationOf, type TimedJob } from './duration-history.ts'
export {
  ApiError,
  type ApiErrorCode,
  type ApiErrorDetails,
  ConfigurationError,
  type ConfigurationErrorCode,
  type ErrorDetails,
  ExportJobsError,
  isExportJobsError,
  type Problem,
  ResponseError,
  type ResponseErrorCode,
  TransportError,
  type TransportErrorCode,
} from './errors.ts'
export type {
  ClientOptions,
  RateLimit,
  RequestEvent,
  SharedRateLimit,
  Token,
  TokenRequest,
} from './http/client-options.ts'
export type { Download, DownloadableClient, DownloadOptions } from './http/download.ts'
export type { Digest } from './http/file-headers.ts'
export type { HeadersInput } from './http/headers.ts'
export { evenLimit } from './internal/even-limit.ts'
export { waitKey } from './internal/wait-key.ts'
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
} from './job.ts'
export { type ExportRecord, type RecordsOptions, records } from './records/records.ts'
export { type ErrorSummary, type JobSummary, summarize } from './summary.ts'
export { type EndedOutcome, type PollResult, type PollStep, pollOnce, pollStep } from './wait/poll-once.ts'
export { startWait } from './wait/state.ts'
export { waitForCompletion } from './wait/wait-for-completion.ts'
export { type Updates, watch } from './wait/watch.ts'
export {
  type EndedWithoutResult,
  JobFailedError,
  WaitError,
  type WaitErrorDetails,
  type WaitErrorReason,
} from './wait-errors.ts'
export type { Observation, Schedule, ScheduleBounds, Update, WaitOptions } from './wait-options.ts'
