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

interface DidomiApi extends Client<paths> {
}

interface DidomiApiKeyOptions extends ExchangeOptions {
    readonly key: string;
    readonly secret: string;
}

interface DidomiClient extends ExportClient<DidomiRef, DidomiJob> {
    readonly vendor: 'didomi';
    readonly api: DidomiApi;
    get(ref: DidomiRef, options?: GetOptions): Promise<DidomiJob>;
    runs(exportId: string, options?: GetOptions): AsyncIterable<DidomiJob>;
    nextRun(exportId: string, options?: NextRunOptions): Promise<DidomiRef>;
}

interface DidomiClientOptions extends ClientOptions {
    readonly organizationId: string;
}

type DidomiJob = ExportJob<DidomiRun, DidomiRef>;

interface DidomiRef {
    readonly exportId: string;
    readonly runId: string;
}

interface DidomiRun extends Run {
}

interface ExchangeOptions {
    readonly baseUrl?: string | undefined;
    readonly fetch?: typeof globalThis.fetch | undefined;
    readonly allowHttp?: boolean | undefined;
    readonly onRequest?: ((event: RequestEvent) => void) | undefined;
}

interface NextRunOptions extends Omit<WaitOptions, 'onUpdate'> {
    readonly known?: Iterable<string> | undefined;
}

declare function createDidomiClient(options: DidomiClientOptions): DidomiClient;

declare function didomiApiKey(options: DidomiApiKeyOptions): (request: TokenRequest) => Promise<string>;

declare const didomiRateLimits: readonly RateLimit[];
