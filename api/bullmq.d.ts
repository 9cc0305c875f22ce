// Written by npm run api.

export {
  ActiveJob,
  CanceledJob,
  Clock,
  CompletedJob,
  Duration,
  EndedOutcome,
  ErrorDetails,
  ErrorSummary,
  Expected,
  ExpiredJob,
  ExportClient,
  ExportFormat,
  ExportJob,
  ExportJobsError,
  ExportStatus,
  FailedJob,
  GetOptions,
  JobBase,
  JobSummary,
  Observation,
  PollStep,
  Schedule,
  ScheduleBounds,
  SleepOptions,
  Update,
  WaitOptions,
  WaitState,
} from 'export-jobs'

type AnyClient = ExportClient<never, ExportJob>;

interface CompletedContext<Client extends AnyClient = AnyClient> {
    readonly client: Client;
    readonly signal: AbortSignal | undefined;
}

type StoredWaitOptions = Pick<WaitOptions, 'timeout' | 'tolerate' | 'notFoundGrace' | 'stallAfter'> & {
    readonly schedule?: ScheduleBounds | undefined;
};

interface WaitJob<Ref = unknown> {
    readonly name: string;
    readonly data: WaitJobData<Ref>;
    readonly opts: {
        readonly jobId: string;
        readonly removeOnComplete: true;
    };
}

interface WaitJobData<Ref = unknown> {
    readonly client: string;
    readonly state: WaitState<Ref>;
    readonly wait?: StoredWaitOptions;
}

interface WaitJobOptions extends StoredWaitOptions {
    readonly since?: Date | undefined;
}

interface WaitProcessorOptions<Client extends AnyClient = AnyClient> {
    readonly clients: Readonly<Record<string, Client>> | ((name: string) => Client | Promise<Client>);
    readonly wait?: Omit<WaitOptions, 'signal'> | ((data: WaitJobData) => Omit<WaitOptions, 'signal'>) | undefined;
    readonly onCompleted?: ((job: JobSummary, context: CompletedContext<Client>) => unknown) | undefined;
    readonly onStep?: ((step: PollStep, data: WaitJobData) => void) | undefined;
    readonly queue?: {
        rateLimit(ms: number): Promise<void>;
    } | undefined;
}

declare function createWaitWorker<Client extends AnyClient>(queueName: string, options: WaitProcessorOptions<Client> & WorkerOptions): Worker<WaitJobData, unknown, string>;

declare function waitJob<Ref>(client: string | ExportClient<Ref, ExportJob>, ref: NoInfer<Ref | ExportJob<unknown, Ref>>, options?: WaitJobOptions): WaitJob<Ref>;

declare function waitProcessor<Client extends AnyClient>(options: WaitProcessorOptions<Client>): Processor<WaitJobData, unknown, string>;
