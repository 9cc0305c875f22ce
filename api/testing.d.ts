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

interface Check {
    readonly name: string;
    run(): Promise<void>;
}

interface ConformanceOptions<Ref, Job extends ExportJob = ExportJob> {
    createClient(fetch: typeof globalThis.fetch, credentials: {
        readonly token: (request: TokenRequest) => string;
    }): ExportClient<Ref, Job>;
    respond(request: Request): Response | Promise<Response>;
    refs: {
        pending?: Ref;
        running?: Ref;
        completed: Ref;
        failed?: Ref;
        canceled?: Ref;
        expired?: Ref;
        unknown?: Ref;
        missing?: Ref;
    };
    params?: unknown;
    token?: () => string;
    secrets?: readonly string[];
    badRefs?: readonly Ref[];
}

type Fault = FaultAnswer | 'html' | 'reset' | 'hang' | ((request: Request) => Response | Promise<Response>);

interface FaultAnswer {
    status: number;
    headers?: Record<string, string>;
    body?: unknown;
}

interface JobScript {
    id?: string;
    exportId?: string;
    pending?: Duration;
    running?: Duration;
    outcome?: 'completed' | 'failed' | 'canceled' | 'stuck';
    progress?: boolean;
    error?: string;
    notFoundFor?: Duration;
    status?: string;
    unauthorizedAfter?: number;
    retryAfter?: string;
    expiresAfter?: Duration;
    records?: number;
}

interface LoggedRequest {
    readonly vendor: string;
    readonly method: string;
    readonly path: string;
    readonly url: string;
    readonly status: number;
    readonly at: number;
    readonly headers: Headers;
}

type MswHandler = any;

interface SimulatedAnaconda extends StartableVendor {
    readonly credentials: {
        readonly clientId: string;
        readonly clientSecret: string;
    };
    organization: string | undefined;
}

interface SimulatedDidomi extends SimulatedVendor<{
    exportId: string;
    runId: string;
}> {
    readonly credentials: {
        readonly key: string;
        readonly secret: string;
    };
    readonly exportId: string;
    total: boolean;
    limit: boolean | undefined;
    maxPageSize: number;
    timestamps: boolean;
}

interface SimulatedJob {
    readonly id: string;
    readonly phase: SimulatedPhase;
    readonly status: string;
    readonly progress: number;
    readonly createdAt: Date;
    readonly completedAt?: Date;
    readonly records?: number;
    readonly fileSize?: number;
    readonly fileUrl?: string;
    readonly expiresAt?: Date;
    readonly reason?: string;
    readonly params?: unknown;
}

interface SimulatedLoyaltyDog extends StartableVendor {
    readonly apiKey: string;
    subscribed: boolean;
    monthlyQuota: number;
}

type SimulatedPhase = 'pending' | 'running' | 'completed' | 'failed' | 'canceled';

interface SimulatedTyk extends StartableVendor {
    admin: boolean;
    enterprise: boolean;
}

interface SimulatedVendor<Ref> {
    readonly token: string;
    expireToken(): void;
    add(script?: JobScript): Ref;
    fail(...faults: Fault[]): void;
    baseUrl(origin?: string): string;
    readonly handlers: MswHandler[];
}

interface SimulatorServer {
    readonly origin: string;
    close(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
}

interface StartableVendor extends SimulatedVendor<string> {
    next(script: JobScript): void;
}

interface VendorSimulation<Name extends string = string> {
    readonly vendor: Name;
    readonly baseUrl?: string;
    readonly status: string;
    readonly start?: string;
    readonly cancel?: string;
    readonly download?: string;
    readonly statuses?: Readonly<Partial<Record<SimulatedPhase, string>>>;
    readonly rateLimit?: {
        readonly requests: number;
        readonly per: Duration;
    };
    readonly format?: ExportFormat;
    respond(job: SimulatedJob, request: Request): unknown;
    respondElse?(jobs: readonly SimulatedJob[], request: Request): unknown;
}

interface VendorSimulator {
    readonly clock: Clock;
    readonly fetch: typeof globalThis.fetch;
    readonly handlers: MswHandler[];
    readonly requests: readonly LoggedRequest[];
    readonly tyk: SimulatedTyk;
    readonly anaconda: SimulatedAnaconda;
    readonly loyaltydog: SimulatedLoyaltyDog;
    readonly didomi: SimulatedDidomi;
    listen(options?: {
        port?: number;
    }): Promise<SimulatorServer>;
}

interface VendorSimulatorOptions<Name extends string = string> {
    clock?: Clock;
    pending?: Duration;
    running?: Duration;
    vendors?: readonly VendorSimulation<Name>[];
}

interface VirtualClock extends Clock {
    advance(ms: number): Promise<void>;
}

interface VirtualClockOptions {
    now?: number;
    auto?: boolean;
}

declare const badIds: readonly string[];

declare function conformance<Ref, Job extends ExportJob>(options: ConformanceOptions<Ref, Job>): Check[];

declare function createVendorSimulator<Name extends string = never>(options?: VendorSimulatorOptions<Name>): VendorSimulator & Readonly<Record<Name, StartableVendor>>;

declare function createVirtualClock({ now: start, auto }?: VirtualClockOptions): VirtualClock;
