import type { ExportClient, GetOptions } from '../client.ts'
import type { Download, DownloadOptions } from '../http/download.ts'
import type { ExportJob } from '../job.ts'

/** What every client from `defineVendor` has. */
export interface VendorClient<Ref, Raw> extends ExportClient<Ref, ExportJob<Raw, Ref>> {
  /** The client's hardened `fetch`: token, limits, retries, redaction. It goes to the base URL and nowhere else. */
  readonly fetch: typeof globalThis.fetch
}

/** What a client has whose vendor starts exports. */
export interface Startable<Ref, Params> {
  /**
   * Starts an export and returns what finds it. Never retried by itself: a second call is a second export.
   *
   * @throws ResponseError `unexpected-shape` if the answer has no id: the export may have been started. A
   * TransportError with `sent: false` says that it was not.
   */
  start(...given: StartArguments<Params>): Promise<Ref>
}

/** The arguments of `start`. The parameters are optional if the vendor requires none. */
export type StartArguments<Params> = undefined extends Params
  ? [params?: Params, options?: Omit<GetOptions, 'retries'>]
  : [params: Params, options?: Omit<GetOptions, 'retries'>]

/** What a client has whose vendor stops exports. */
export interface Cancelable<Ref, Raw> {
  /** Stops an export. Never retried by itself. @throws ExportJobsError. */
  cancel(refOrJob: Ref | ExportJob<Raw, Ref>, options?: Omit<GetOptions, 'retries'>): Promise<void>
}

/** What a client has whose vendor has downloads. */
export interface Downloadable<Ref, Raw> {
  /**
   * Opens the exported file.
   *
   * @throws ConfigurationError `invalid-ref` for an export that has no file; ApiError for a refusal; TransportError;
   * ResponseError.
   */
  openDownload(refOrJob: Ref | ExportJob<Raw, Ref>, options?: DownloadOptions): Promise<Download>
}

/** The options of a client whose vendor is hosted by its customers, and so has no address of its own. */
export interface HostedOptions {
  /** Where the API is, path prefix included. Plain http only to this machine, or with `allowHttp`. */
  readonly baseUrl: string
}

/** Creates the clients of one vendor. */
export interface VendorFactory<Options, Client> {
  /**
   * Creates a client.
   *
   * @throws ConfigurationError `invalid-option` for options that are invalid.
   */
  (options: Options): Client
  /** The vendor's name in code, errors and logs. */
  readonly vendor: string
}
