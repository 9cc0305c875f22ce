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

interface LoyaltyDogApi extends Client<paths> {
}

interface LoyaltyDogClient extends ExportClient<string, LoyaltyDogJob> {
    readonly vendor: 'loyaltydog';
    readonly api: LoyaltyDogApi;
    get(id: string, options?: GetOptions): Promise<LoyaltyDogJob>;
    start(params?: LoyaltyDogStartParams, options?: Omit<GetOptions, 'retries'>): Promise<string>;
    openDownload(idOrJob: string | LoyaltyDogJob, options?: DownloadOptions): Promise<Download>;
}

interface LoyaltyDogClientOptions extends ClientOptions {
    readonly merchantToken?: string | undefined;
}

type LoyaltyDogExport = components['schemas']['ExportStatusResponse'];

type LoyaltyDogJob = ExportJob<LoyaltyDogExport, string>;

type LoyaltyDogStartParams = components['schemas']['StartExportRequest'];

declare function createLoyaltyDogClient(options: LoyaltyDogClientOptions): LoyaltyDogClient;
