import type { ExportClient, GetOptions } from '../client.ts'
import type { Download, DownloadOptions } from '../http/download.ts'
import type { ExportJob } from '../job.ts'

/** What every client of a defined vendor has. */
export interface VendorClient<Ref, Raw> extends ExportClient<Ref, ExportJob<Raw, Ref>> {
  /** The client's hardened `fetch`: token, limits, retries, redaction. It goes to the base URL and nowhere else. */
  readonly fetch: typeof globalThis.fetch
}

/** What the client of a vendor that starts exports has. */
export interface Startable<Ref, Params> {
  /** Starts an export and returns what finds it. Never retried by itself: a second call is a second export. */
  start(...given: StartArguments<Params>): Promise<Ref>
}

/** What `start` takes: what the export is started with, which may be left out where the vendor needs none of it. */
export type StartArguments<Params> = undefined extends Params
  ? [params?: Params, options?: Omit<GetOptions, 'retries'>]
  : [params: Params, options?: Omit<GetOptions, 'retries'>]

/** What the client of a vendor that stops exports has. */
export interface Cancelable<Ref, Raw> {
  /** Stops an export. */
  cancel(refOrJob: Ref | ExportJob<Raw, Ref>, options?: Omit<GetOptions, 'retries'>): Promise<void>
}

/** What the client of a vendor with downloads has. */
export interface Downloadable<Ref, Raw> {
  /** Opens the exported file. */
  openDownload(refOrJob: Ref | ExportJob<Raw, Ref>, options?: DownloadOptions): Promise<Download>
}

/** What a client is given where the vendor has no address of its own: its customers host it. */
export interface HostedOptions {
  /** Where the API is, path prefix included. Plain http only to this machine, or with `allowHttp`. */
  readonly baseUrl: string
}

/** Makes the clients of one vendor. */
export interface VendorFactory<Options, Client> {
  /**
   * Makes a client.
   *
   * @throws ConfigurationError `invalid-option` for options that are invalid.
   */
  (options: Options): Client
  /** The vendor's name in code, errors and logs. */
  readonly vendor: string
}
