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

interface LoyaltyDogApi extends Client<paths> {
}

interface LoyaltyDogClient extends DownloadableClient<string, LoyaltyDogJob> {
    readonly vendor: 'loyaltydog';
    readonly api: LoyaltyDogApi;
    get(id: string, options?: GetOptions): Promise<LoyaltyDogJob>;
    start(params?: LoyaltyDogStartParams, options?: Omit<GetOptions, 'retries'>): Promise<string>;
}

interface LoyaltyDogClientOptions extends ClientOptions {
    readonly merchantToken?: string | undefined;
}

interface LoyaltyDogExport extends Answer {
}

type LoyaltyDogJob = ExportJob<LoyaltyDogExport, string>;

interface LoyaltyDogStartParams extends StartParams {
}

declare function createLoyaltyDogClient(options: LoyaltyDogClientOptions): LoyaltyDogClient;

declare const loyaltyDogRateLimits: readonly RateLimit[];
