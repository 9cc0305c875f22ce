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
  RateLimit,
  RequestEvent,
  SharedRateLimit,
  SleepOptions,
  Token,
  TokenRequest,
} from 'export-jobs'

interface AnacondaApi extends Client<paths> {
}

interface AnacondaClient extends DownloadableClient<string, AnacondaJob> {
    readonly vendor: 'anaconda';
    readonly api: AnacondaApi;
    get(id: string, options?: GetOptions): Promise<AnacondaJob>;
    start(params?: AnacondaStartParams, options?: Omit<GetOptions, 'retries'>): Promise<string>;
}

interface AnacondaClientOptions extends ClientOptions {
    readonly organization?: string | undefined;
    readonly apiVersion?: string | undefined;
}

interface AnacondaExport extends Answer {
}

type AnacondaJob = ExportJob<AnacondaExport, string>;

interface AnacondaServiceAccountOptions extends ExchangeOptions {
    readonly clientId: string;
    readonly clientSecret: string;
}

interface AnacondaStartParams extends StartParams {
}

interface ExchangeOptions {
    readonly baseUrl?: string | undefined;
    readonly fetch?: typeof globalThis.fetch | undefined;
    readonly allowHttp?: boolean | undefined;
    readonly onRequest?: ((event: RequestEvent) => void) | undefined;
}

declare function anacondaServiceAccount(options: AnacondaServiceAccountOptions): (request: TokenRequest) => Promise<string>;

declare function createAnacondaClient(options: AnacondaClientOptions): AnacondaClient;
