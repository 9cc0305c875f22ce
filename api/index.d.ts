// Written by npm run api.

interface ActiveJob<Raw = unknown, Ref = unknown> extends JobBase<Raw, Ref> {
    readonly status: 'pending' | 'running' | 'unknown';
    readonly progress?: number;
    readonly retryAfter?: number;
}

declare class ApiError extends ExportJobsError {
    readonly code: ApiErrorCode;
    readonly vendor: string;
    readonly httpStatus: number;
    readonly requestId?: string;
    readonly retryAfter?: number;
    readonly problem: Problem;
    constructor(message: string, details: ApiErrorDetails);
}

type ApiErrorCode = 'unauthorized' | 'payment-required' | 'forbidden' | 'not-found' | 'gone' | 'invalid-request' | 'rate-limited' | 'server-error' | 'http-error';

interface ApiErrorDetails {
    readonly vendor: string;
    readonly httpStatus: number;
    readonly code?: ApiErrorCode | undefined;
    readonly requestId?: string | undefined;
    readonly retryAfter?: number | undefined;
    readonly problem?: Problem | undefined;
    readonly permanent?: boolean | undefined;
    readonly advice?: string | undefined;
}

interface CanceledJob<Raw = unknown, Ref = unknown> extends JobBase<Raw, Ref> {
    readonly status: 'canceled';
    readonly reason?: string;
}

interface ClientOptions {
    readonly token: Token;
    readonly baseUrl?: string | undefined;
    readonly fetch?: typeof globalThis.fetch | undefined;
    readonly headers?: HeadersInput | undefined;
    readonly timeout?: Duration | undefined;
    readonly retries?: number | undefined;
    readonly rateLimit?: RateLimit | SharedRateLimit | false | undefined;
    readonly concurrency?: number | undefined;
    readonly allowHttp?: boolean | undefined;
    readonly clock?: Clock | undefined;
    readonly onRequest?: ((event: RequestEvent) => void) | undefined;
}

interface Clock {
    now(): number;
    sleep(ms: number, options?: SleepOptions): Promise<void>;
}

interface CompletedJob<Raw = unknown, Ref = unknown> extends JobBase<Raw, Ref> {
    readonly status: 'completed';
    readonly download?: {
        readonly url?: string;
        readonly expiresAt?: Date;
        readonly format?: ExportFormat;
    };
}

declare class ConfigurationError extends ExportJobsError {
    readonly code: ConfigurationErrorCode;
    constructor(code: ConfigurationErrorCode, message: string, vendor?: string, advice?: string);
}

type ConfigurationErrorCode = 'invalid-option' | 'invalid-ref' | 'invalid-state';

interface Digest {
    readonly algorithm: 'sha-256' | 'sha-512' | 'md5';
    readonly value: string;
}

interface Download {
    readonly body: ReadableStream<Uint8Array>;
    readonly start: number;
    readonly size?: number;
    readonly format?: ExportFormat;
    readonly isFormatGuessed?: boolean;
    readonly fileName?: string;
    readonly etag?: string;
    readonly digest?: Digest;
    readonly isFramed?: boolean;
}

interface DownloadOptions {
    readonly signal?: AbortSignal | undefined;
    readonly range?: {
        readonly start: number;
        readonly end?: number;
    } | undefined;
    readonly ifMatch?: string | undefined;
}

interface DownloadableClient<Ref, Job extends ExportJob> extends ExportClient<Ref, Job> {
    openDownload(refOrJob: Ref | Job, options?: DownloadOptions): Promise<Download>;
}

type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

declare class Durations {
    #private;
    static from(stored: unknown): Durations;
    add(key: string, took: Duration | TimedJob): void;
    expected(key: string): readonly number[];
    toJSON(): Record<string, readonly number[]>;
}

type EndedOutcome = 'completed' | 'failed' | 'canceled' | 'expired';

type EndedWithoutResult = FailedJob | CanceledJob | ExpiredJob;

interface ErrorDetails {
    readonly vendor?: string | undefined;
    readonly retryable?: boolean | undefined;
    readonly advice?: string | undefined;
    readonly cause?: ExportJobsError | undefined;
}

interface ErrorSummary {
    readonly name: string;
    readonly code: string;
    readonly message: string;
    readonly retryable: boolean;
    readonly vendor?: string;
    readonly advice?: string;
    readonly httpStatus?: number;
    readonly requestId?: string;
    readonly retryAfter?: number;
    readonly retryAt?: string;
    readonly cause?: ErrorSummary;
}

interface Expected {
    readonly count: number;
    readonly mean: number;
    readonly variance: number;
}

interface ExpiredJob<Raw = unknown, Ref = unknown> extends JobBase<Raw, Ref> {
    readonly status: 'expired';
}

interface ExportClient<Ref, Job extends ExportJob> {
    readonly vendor: string;
    get(ref: Ref, options?: GetOptions): Promise<Job>;
}

type ExportFormat = 'json' | 'jsonl' | 'csv';

type ExportJob<Raw = unknown, Ref = unknown> = ActiveJob<Raw, Ref> | CompletedJob<Raw, Ref> | FailedJob<Raw, Ref> | CanceledJob<Raw, Ref> | ExpiredJob<Raw, Ref>;

declare class ExportJobsError extends Error {
    readonly code: string;
    readonly vendor?: string;
    readonly retryable: boolean;
    readonly advice?: string;
    constructor(code: string, message: string, details?: ErrorDetails);
}

type ExportRecord = Readonly<Record<string, unknown>>;

type ExportStatus = 'pending' | 'running' | 'completed' | 'failed' | 'canceled' | 'expired' | 'unknown';

interface FailedJob<Raw = unknown, Ref = unknown> extends JobBase<Raw, Ref> {
    readonly status: 'failed';
    readonly reason: string;
}

interface GetOptions {
    readonly signal?: AbortSignal | undefined;
    readonly timeout?: Duration | undefined;
    readonly retries?: number | undefined;
}

type HeadersInput = Readonly<Record<string, string | undefined>> | Iterable<readonly [
    name: string,
    value: string
]>;

interface JobBase<Raw = unknown, Ref = unknown> {
    readonly vendor: string;
    readonly id: string;
    readonly ref: Ref;
    readonly rawStatus: string;
    readonly createdAt?: Date;
    readonly completedAt?: Date;
    readonly expiresAt?: Date;
    readonly answeredAt?: Date;
    readonly totalRecords?: number;
    readonly fileSize?: number;
    readonly requestId?: string;
    readonly raw: Raw;
}

declare class JobFailedError extends ExportJobsError {
    #private;
    readonly code: 'job-failed' | 'job-canceled' | 'job-expired';
    constructor(job: EndedWithoutResult);
    get job(): EndedWithoutResult;
}

interface JobSummary<Ref = unknown> {
    readonly vendor: string;
    readonly id: string;
    readonly ref: Ref;
    readonly status: ExportStatus;
    readonly rawStatus?: string;
    readonly createdAt?: string;
    readonly completedAt?: string;
    readonly expiresAt?: string;
    readonly answeredAt?: string;
    readonly totalRecords?: number;
    readonly fileSize?: number;
    readonly requestId?: string;
    readonly progress?: number;
    readonly retryAfter?: number;
    readonly reason?: string;
    readonly download?: {
        readonly format?: ExportFormat;
        readonly expiresAt?: string;
    };
}

interface Observation {
    readonly age: number;
    readonly polls: number;
    readonly job?: ExportJob | undefined;
    readonly progress?: number | undefined;
    readonly runningAge?: number | undefined;
    readonly unchanged?: number | undefined;
    readonly hint?: number | undefined;
}

type PollResult<Ref, Job extends ExportJob> = {
    readonly update: Update<Job>;
    readonly state: WaitState<Ref>;
    readonly wakeAt: Date;
} | {
    readonly update: Extract<Update<Job>, {
        readonly type: 'job';
    }>;
    readonly state: WaitState<Ref>;
    readonly wakeAt?: undefined;
};

type PollStep<Ref = unknown> = {
    readonly outcome: 'waiting';
    readonly state: WaitState<Ref>;
    readonly wakeAt: number;
    readonly job?: JobSummary<Ref>;
    readonly error?: ErrorSummary;
    readonly rateLimited?: number;
} | {
    readonly outcome: EndedOutcome;
    readonly state: WaitState<Ref>;
    readonly job: JobSummary<Ref>;
} | {
    readonly outcome: 'gave-up';
    readonly state: WaitState<Ref>;
    readonly job?: JobSummary<Ref>;
    readonly error: ErrorSummary;
};

interface Problem {
    readonly title?: string;
    readonly detail?: string;
}

interface RateLimit {
    readonly requests: number;
    readonly per: Duration;
}

interface RecordsOptions {
    readonly signal?: AbortSignal | undefined;
}

interface RequestEvent {
    readonly vendor: string;
    readonly method: string;
    readonly path: string;
    readonly attempt: number;
    readonly status?: number;
    readonly requestId?: string;
    readonly error?: ExportJobsError;
    readonly durationMs: number;
}

declare class ResponseError extends ExportJobsError {
    readonly code: ResponseErrorCode;
    constructor(code: ResponseErrorCode, message: string, vendor?: string, advice?: string);
}

type ResponseErrorCode = 'not-json' | 'too-large' | 'unexpected-shape' | 'wrong-job' | 'incomplete';

type Schedule = ScheduleBounds | ((seen: Observation) => Duration);

interface ScheduleBounds {
    readonly minDelay?: Duration | undefined;
    readonly maxDelay?: Duration | undefined;
    readonly expected?: Duration | readonly Duration[] | undefined;
}

interface SharedRateLimit {
    take(signal: AbortSignal): Promise<void>;
}

interface SleepOptions {
    readonly signal?: AbortSignal | undefined;
    readonly keepAlive?: boolean | undefined;
}

interface TimedJob {
    readonly status: string;
    readonly createdAt?: Date | string | undefined;
    readonly completedAt?: Date | string | undefined;
}

type Token = string | ((request: TokenRequest) => string | Promise<string>);

interface TokenRequest {
    readonly signal: AbortSignal;
    readonly refresh: boolean;
}

declare class TransportError extends ExportJobsError {
    readonly code: TransportErrorCode;
    readonly sent: boolean;
    constructor(code: TransportErrorCode, message: string, vendor?: string, sent?: boolean, advice?: string);
}

type TransportErrorCode = 'network' | 'timeout' | 'tls' | 'redirect';

type Update<Job extends ExportJob = ExportJob> = {
    readonly type: 'job';
    readonly job: Job;
    readonly nextPollAt?: Date;
} | {
    readonly type: 'poll-failed';
    readonly error: ExportJobsError;
    readonly nextPollAt: Date;
};

interface Updates<Job extends ExportJob> extends AsyncIterable<Update<Job>> {
    next(): Promise<IteratorResult<Update<Job>, undefined>>;
    return(value?: undefined): Promise<IteratorResult<Update<Job>, undefined>>;
    throw(error?: unknown): Promise<IteratorResult<Update<Job>, undefined>>;
    [Symbol.asyncIterator](): Updates<Job>;
}

declare class WaitError<Ref = unknown> extends ExportJobsError {
    #private;
    readonly code: `wait-${WaitErrorReason}`;
    readonly vendor: string;
    readonly cause?: ExportJobsError;
    readonly reason: WaitErrorReason;
    readonly state: WaitState<Ref>;
    readonly retryAt?: Date;
    constructor(reason: WaitErrorReason, message: string, details: WaitErrorDetails<Ref>);
    get lastJob(): ExportJob | undefined;
}

interface WaitErrorDetails<Ref> {
    readonly vendor: string;
    readonly state: WaitState<Ref>;
    readonly lastJob?: ExportJob | undefined;
    readonly retryAt?: Date | undefined;
    readonly cause?: ExportJobsError | undefined;
    readonly advice?: string | undefined;
}

type WaitErrorReason = 'timeout' | 'stalled' | 'unreachable' | 'unauthorized' | 'not-found' | 'refused' | 'unknown-status';

interface WaitOptions<Job extends ExportJob = ExportJob> {
    readonly signal?: AbortSignal | undefined;
    readonly timeout?: Duration | undefined;
    readonly schedule?: Schedule | undefined;
    readonly tolerate?: Duration | undefined;
    readonly notFoundGrace?: Duration | undefined;
    readonly stallAfter?: Duration | undefined;
    readonly keepAlive?: boolean | undefined;
    readonly clock?: Clock | undefined;
    readonly onUpdate?: ((update: Update<Job>) => void) | undefined;
}

interface WaitState<Ref = unknown> {
    readonly kind: 'export-jobs/wait';
    readonly version: 1;
    readonly ref: Ref;
    readonly polls: number;
    readonly since?: number;
    readonly startedAt?: number;
    readonly changedAt?: number;
    readonly status?: ExportStatus;
    readonly rawStatus?: string;
    readonly progress?: number;
    readonly pendingAt?: number;
    readonly runningSince?: number;
    readonly unchanged?: number;
    readonly failingSince?: number;
    readonly notFoundSince?: number;
    readonly finished?: true;
    readonly expected?: Expected;
}

declare function durationOf(job: TimedJob): number | undefined;

declare function evenLimit(limit: {
    readonly requests: number;
    readonly per: Duration;
}): {
    max: number;
    duration: number;
};

declare function isExportJobsError(value: unknown): value is ExportJobsError;

declare function pollOnce<Ref, Job extends ExportJob>(client: ExportClient<Ref, Job>, state: WaitState<Ref>, options?: WaitOptions<Job>): Promise<PollResult<Ref, Job>>;

declare function pollStep<Ref, Job extends ExportJob>(client: ExportClient<Ref, Job>, state: WaitState<Ref>, options?: WaitOptions<Job>): Promise<PollStep<Ref>>;

declare function records<Ref, Job extends ExportJob>(client: DownloadableClient<Ref, Job>, refOrJob: Ref | Job, options?: RecordsOptions): AsyncGenerator<ExportRecord, void, undefined>;

declare function startWait<Ref>(ref: Ref | ExportJob<unknown, Ref>, options?: {
    readonly since?: Date | undefined;
}): WaitState<Ref>;

declare function summarize<Ref>(job: ExportJob<unknown, Ref>): JobSummary<Ref>;

declare function waitForCompletion<Ref, Job extends ExportJob>(client: ExportClient<Ref, Job>, ref: NoInfer<Ref | Job | WaitState<Ref>>, options?: WaitOptions<Job>): Promise<Extract<Job, {
    status: 'completed';
}>>;

declare function waitKey<Ref>(client: string | ExportClient<Ref, ExportJob>, ref: NoInfer<Ref | ExportJob<unknown, Ref>>): string;

declare function watch<Ref, Job extends ExportJob>(client: ExportClient<Ref, Job>, ref: NoInfer<Ref | Job | WaitState<Ref>>, options?: WaitOptions<Job>): Updates<Job>;
