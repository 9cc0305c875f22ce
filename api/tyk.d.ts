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

interface TykApi extends Client<paths> {
}

interface TykClient extends DownloadableClient<string, TykJob> {
    readonly vendor: 'tyk';
    readonly api: TykApi;
    get(id: string, options?: GetOptions): Promise<TykJob>;
    start(params: TykStartParams, options?: Omit<GetOptions, 'retries'>): Promise<string>;
}

interface TykClientOptions extends ClientOptions {
    readonly baseUrl: string;
}

interface TykExport extends Answer {
    id: string;
    attributes: TykExportAttributes;
}

interface TykExportAttributes extends Attributes {
    status: components['schemas']['models.ExportStatus'];
}

type TykJob = ExportJob<TykExport, string>;

interface TykStartParams extends StartParams {
}

declare function createTykClient(options: TykClientOptions): TykClient;
