// What the signatures of every client name: each vendor's entry exports it, so that a user's declarations can name it.
export type { ExportClient, GetOptions } from '../client.ts'
export type { Clock, SleepOptions } from '../clock.ts'
export type { Duration } from '../duration.ts'
export type { ErrorDetails, ExportJobsError } from '../errors.ts'
export type {
  ClientOptions,
  RateLimit,
  RequestEvent,
  SharedRateLimit,
  Token,
  TokenRequest,
} from '../http/client-options.ts'
export type { Download, DownloadableClient, DownloadOptions } from '../http/download.ts'
export type { Digest } from '../http/file-headers.ts'
export type { HeadersInput } from '../http/headers.ts'
export type {
  ActiveJob,
  CanceledJob,
  CompletedJob,
  ExpiredJob,
  ExportFormat,
  ExportJob,
  ExportStatus,
  FailedJob,
  JobBase,
} from '../job.ts'
