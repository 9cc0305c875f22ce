// Written by npm run api.

export {
  ActiveJob,
  ApiError,
  ApiErrorCode,
  ApiErrorDetails,
  CanceledJob,
  ClientOptions,
  Clock,
  CompletedJob,
  ConfigurationError,
  ConfigurationErrorCode,
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
  Problem,
  RateLimit,
  RequestEvent,
  ResponseError,
  ResponseErrorCode,
  SharedRateLimit,
  SleepOptions,
  Token,
  TokenRequest,
} from 'export-jobs'

type AuthScheme = 'bearer' | 'basic' | ((token: string) => Readonly<Record<string, string>>);

type CallFetch = (input: string | URL | Request, init?: ClientRequestInit) => Promise<Response>;

interface Cancelable<Ref, Raw> {
    cancel(refOrJob: Ref | ExportJob<Raw, Ref>, options?: Omit<GetOptions, 'retries'>): Promise<void>;
}

interface ClientRequestInit extends Omit<RequestInit, 'signal'>, GetOptions {
    readonly subject?: string | undefined;
    readonly stream?: boolean | undefined;
    readonly isCrossOrigin?: boolean | undefined;
}

type Credentials<Name extends string> = {
    readonly [Each in Name]: string;
};

interface CredentialsDefinition<Name extends string, Options> {
    readonly vendor: string;
    readonly baseUrl?: string | undefined;
    readonly what: string;
    readonly credentials: readonly Name[];
    fetchToken(options: Credentials<Name> & Options, context: VendorContext): Promise<FreshToken>;
}

interface DownloadFields {
    readonly url?: string | null | undefined;
    readonly expiresAt?: Instant | null | undefined;
    readonly format?: ExportFormat | undefined;
}

interface DownloadLocation {
    readonly url?: string | null | undefined;
    readonly path?: string | undefined;
    readonly params?: Readonly<Record<string, string>> | undefined;
    readonly format?: ExportFormat | undefined;
}

interface DownloadRoute<Ref> {
    readonly path: string;
    readonly params: (ref: Ref) => Readonly<Record<string, string>>;
    readonly format?: ExportFormat | undefined;
}

type DownloadSpec<Ref, Raw, Options> = DownloadRoute<Ref> | ((job: JobToDownload<Raw, Ref>, context: VendorContext<Options>) => DownloadLocation | undefined | Promise<DownloadLocation | undefined>);

interface Downloadable<Ref, Raw> {
    openDownload(refOrJob: Ref | ExportJob<Raw, Ref>, options?: DownloadOptions): Promise<Download>;
}

interface ExchangeOptions {
    readonly baseUrl?: string | undefined;
    readonly fetch?: typeof globalThis.fetch | undefined;
    readonly allowHttp?: boolean | undefined;
    readonly onRequest?: ((event: RequestEvent) => void) | undefined;
}

interface ExtensibleClient<Ref, Raw, Options> extends VendorClient<Ref, Raw> {
    readonly baseUrl: string;
    begin(subject: string, options?: GetOptions): VendorContext<Options>;
    toJob(ref: Ref, fields: JobFields<Raw>): ExportJob<Raw, Ref>;
}

interface FreshToken {
    readonly token: string;
    readonly lifetime?: number | undefined;
}

interface HostedOptions {
    readonly baseUrl: string;
}

type Instant = Date | string | number;

interface JobFields<Raw = unknown> {
    readonly id: string;
    readonly status: string;
    readonly raw: Raw;
    readonly response?: Response | undefined;
    readonly progress?: number | null | undefined;
    readonly createdAt?: Instant | null | undefined;
    readonly completedAt?: Instant | null | undefined;
    readonly expiresAt?: Instant | null | undefined;
    readonly totalRecords?: number | null | undefined;
    readonly fileSize?: number | null | undefined;
    readonly reason?: string | null | undefined;
    readonly download?: DownloadFields | null | undefined;
}

type JobToDownload<Raw, Ref> = ExportJob<Raw, Ref> & Pick<CompletedJob<Raw, Ref>, 'download'>;

type Misspelled<Names extends PropertyKey> = {
    readonly [Name in Exclude<Names, keyof VendorDefinition<never, never, never, never, never>>]: never;
};

interface Page<Item> {
    readonly items: readonly Item[];
    readonly total?: number | null | undefined;
    readonly limit?: number | null | undefined;
    readonly next?: string | null | undefined;
}

interface PageList<Item> {
    readonly key: string;
    read(at: PagePosition, context: VendorContext): Promise<Page<Item>>;
    idOf(item: NoInfer<Item>): unknown;
}

interface PagePosition {
    readonly skip: number;
    readonly next: string | undefined;
}

interface PageRead<Item> {
    readonly items: readonly Item[];
    readonly response: Response | undefined;
}

type ReadProblem = (body: unknown, usual: VendorProblem) => VendorProblem;

interface SchemaIssue {
    readonly message: string;
    readonly path?: readonly (PropertyKey | {
        readonly key: PropertyKey;
    })[] | undefined;
}

type SchemaResult<Output> = {
    readonly value: Output;
    readonly issues?: undefined;
} | {
    readonly issues: readonly SchemaIssue[];
};

interface StandardSchema<Output = unknown> {
    readonly '~standard': {
        readonly version: 1;
        readonly vendor: string;
        readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
        readonly types?: {
            readonly input: unknown;
            readonly output: Output;
        } | undefined;
    };
}

type StartArguments<Params> = undefined extends Params ? [
    params?: Params,
    options?: Omit<GetOptions, 'retries'>
] : [
    params: Params,
    options?: Omit<GetOptions, 'retries'>
];

interface Startable<Ref, Params> {
    start(...given: StartArguments<Params>): Promise<Ref>;
}

type StatusTable = Readonly<Record<string, ExportStatus>>;

interface TypedClientOptions {
    readonly vendor: string;
    readonly baseUrl?: string | undefined;
    readonly fetch?: typeof globalThis.fetch | undefined;
}

interface VendorClient<Ref, Raw> extends ExportClient<Ref, ExportJob<Raw, Ref>> {
    readonly fetch: typeof globalThis.fetch;
}

interface VendorContext<Options = unknown> {
    readonly options: Options;
    readonly call: GetOptions;
    readonly baseUrl: string;
    readonly fetch: CallFetch;
    readonly request: <Output = unknown>(request: VendorRequest<Output>) => Promise<Output>;
    readonly parse: <Output>(schema: StandardSchema<Output>, answer: unknown) => Promise<Output>;
    readonly checkParams: <Output>(schema: StandardSchema<Output>, params: unknown) => Promise<Output>;
    readonly readPages: <Item>(list: PageList<Item>) => AsyncIterable<PageRead<Item>>;
    readonly resolveUrl: (url: string | null | undefined) => string | undefined;
}

interface VendorDefinition<Ref, Raw, Options, Params, Extra> {
    readonly vendor: string;
    readonly baseUrl?: string | undefined;
    readonly auth?: AuthScheme | undefined;
    readonly headers?: (options: Options) => Readonly<Record<string, string | undefined>>;
    readonly rateLimits?: readonly RateLimit[] | ((options: Options) => readonly RateLimit[]);
    readonly statuses: StatusTable;
    get(ref: Ref, context: VendorContext<Options>): Promise<JobFields<Raw>>;
    idOf?(ref: NoInfer<Ref>): string;
    start?(params: Params, context: VendorContext<Options>): Promise<NoInfer<Ref>>;
    cancel?(ref: NoInfer<Ref>, context: VendorContext<Options>): Promise<unknown>;
    readonly download?: DownloadSpec<Ref, Raw, Options>;
    readonly problem?: ReadProblem | undefined;
    readonly extend?: (client: ExtensibleClient<Ref, Raw, Options>) => Extra;
}

interface VendorFactory<Options, Client> {
    (options: Options): Client;
    readonly vendor: string;
}

interface VendorProblem {
    readonly title?: string | undefined;
    readonly detail?: string | undefined;
    readonly requestId?: string | undefined;
    readonly permanent?: boolean | undefined;
}

interface VendorRequest<Output = unknown> {
    readonly path: string;
    readonly params?: Readonly<Record<string, string>> | undefined;
    readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>> | undefined;
    readonly method?: string | undefined;
    readonly json?: unknown;
    readonly form?: Readonly<Record<string, string>> | undefined;
    readonly headers?: HeadersInput | undefined;
    readonly schema?: StandardSchema<Output> | undefined;
}

declare function checkId(id: unknown, vendor: string, name?: string): asserts id is string;

declare function checkToken(token: unknown, vendor: string, name?: string): string;

declare function createTypedClient<Paths extends object>(options: TypedClientOptions): Client<Paths>;

declare function defineCredentials<Name extends string, Options = unknown>(definition: CredentialsDefinition<Name, Options>): (options: Credentials<Name> & Options & ExchangeOptions) => (request: TokenRequest) => Promise<string>;

declare function defineVendor<Ref = string, Raw = unknown, Options = unknown, Params = undefined, Extra = unknown, Definition extends object = object>(definition: VendorDefinition<Ref, Raw, Options, Params, Extra> & Definition & Misspelled<keyof Definition>): VendorFactory<ClientOptions & Options & ('baseUrl' extends keyof Definition ? unknown : HostedOptions), VendorClient<Ref, Raw> & ('start' extends keyof Definition ? Startable<Ref, Params> : unknown) & ('cancel' extends keyof Definition ? Cancelable<Ref, Raw> : unknown) & ('download' extends keyof Definition ? Downloadable<Ref, Raw> : unknown) & Extra>;
