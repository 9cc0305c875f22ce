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
  SleepOptions,
  Token,
  TokenRequest,
} from 'export-jobs'

interface TykApi extends Client<paths> {
}

interface TykClient extends ExportClient<string, TykJob> {
    readonly vendor: 'tyk';
    readonly api: TykApi;
    get(id: string, options?: GetOptions): Promise<TykJob>;
    start(params: TykStartParams, options?: Omit<GetOptions, 'retries'>): Promise<string>;
    openDownload(idOrJob: string | TykJob, options?: DownloadOptions): Promise<Download>;
}

interface TykClientOptions extends ClientOptions {
    readonly baseUrl: string;
}

type TykExport = components['schemas']['models.ProxyLogExportResponse'] & {
    readonly id: string;
    readonly attributes: {
        readonly status: components['schemas']['models.ExportStatus'];
    };
};

type TykJob = ExportJob<TykExport, string>;

type TykStartParams = components['schemas']['StartExportRequest'];

declare function createTykClient(options: TykClientOptions): TykClient;
