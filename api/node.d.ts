// Written by npm run api.

export {
  ActiveJob,
  CanceledJob,
  ClientOptions,
  Clock,
  CompletedJob,
  Digest,
  Download,
  DownloadOptions,
  DownloadableClient,
  Duration,
  ErrorDetails,
  ExpiredJob,
  ExportClient,
  ExportFormat,
  ExportJob,
  ExportJobsError,
  ExportStatus,
  FailedJob,
  GetOptions,
  HeadersInput,
  JobBase,
  Observation,
  RateLimit,
  RequestEvent,
  Schedule,
  ScheduleBounds,
  SharedRateLimit,
  SleepOptions,
  Token,
  TokenRequest,
  Update,
  WaitOptions,
} from 'export-jobs'

interface DownloadProgress {
    readonly bytes: number;
    readonly total?: number;
    readonly bytesPerSecond: number;
}

interface DownloadToFileOptions<Job extends ExportJob = ExportJob> {
    readonly to: string;
    readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly overwrite?: boolean | undefined;
    readonly mode?: number | undefined;
    readonly wait?: WaitOptions<Job> | undefined;
}

interface ExportingClient<Params, Ref, Job extends ExportJob> extends DownloadableClient<Ref, Job> {
    start(params: Params, options?: Omit<GetOptions, 'retries'>): Promise<Ref>;
}

declare function download<Ref, Job extends ExportJob>(client: DownloadableClient<Ref, Job>, refOrJob: Ref | Job, options: DownloadToFileOptions<Job>): Promise<{
    path: string;
    bytes: number;
}>;

declare function exportToFile<Params, Ref, Job extends ExportJob>(client: ExportingClient<Params, Ref, Job>, params: Params, options: DownloadToFileOptions<Job>): Promise<{
    path: string;
    bytes: number;
    job: Job;
}>;
