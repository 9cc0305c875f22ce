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
    readonly refs: {
        readonly pending?: Ref;
        readonly running?: Ref;
        readonly completed: Ref;
        readonly failed?: Ref;
        readonly canceled?: Ref;
        readonly expired?: Ref;
        readonly unknown?: Ref;
        readonly missing?: Ref;
    };
    readonly params?: unknown;
    readonly token?: () => string;
    readonly secrets?: readonly string[];
    readonly badRefs?: readonly Ref[];
}

type Fault = FaultAnswer | 'html' | 'reset' | 'hang' | ((request: Request) => Response | Promise<Response>);

interface FaultAnswer {
    readonly status: number;
    readonly headers?: Record<string, string>;
    readonly body?: unknown;
}

interface JobScript {
    readonly id?: string;
    readonly exportId?: string;
    readonly pending?: Duration;
    readonly running?: Duration;
    readonly outcome?: 'completed' | 'failed' | 'canceled' | 'stuck';
    readonly progress?: boolean;
    readonly error?: string;
    readonly notFoundFor?: Duration;
    readonly status?: string;
    readonly unauthorizedAfter?: number;
    readonly retryAfter?: string;
    readonly expiresAfter?: Duration;
    readonly records?: number;
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
    readonly clock?: Clock;
    readonly pending?: Duration;
    readonly running?: Duration;
    readonly vendors?: readonly VendorSimulation<Name>[];
}

interface VirtualClock extends Clock {
    advance(ms: number): Promise<void>;
}

interface VirtualClockOptions {
    readonly now?: number;
    readonly auto?: boolean;
}

declare const badIds: readonly string[];

declare function conformance<Ref, Job extends ExportJob>(options: ConformanceOptions<Ref, Job>): Check[];

declare function createVendorSimulator<Name extends string = never>(options?: VendorSimulatorOptions<Name>): VendorSimulator & Readonly<Record<Name, StartableVendor>>;

declare function createVirtualClock({ now: start, auto }?: VirtualClockOptions): VirtualClock;
