import type { Duration } from './duration.ts'
import type { ExportJob } from './job.ts'

/** What {@link ExportClient.get} takes beside the ref. */
export interface GetOptions {
  /** Ends the request; `get` then rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined
  /** How long one attempt may take. Default: the client's `timeout`. */
  readonly timeout?: Duration | undefined
  /** How often a failed attempt is repeated. Default: the client's `retries`. */
  readonly retries?: number | undefined
}

/**
 * What a wait needs. Any object of this shape is a client: write `get` for a vendor of your own, and `watch`,
 * `waitForCompletion` and `pollOnce` work with it.
 *
 * @typeParam Ref - what finds an export at this vendor
 * @typeParam Job - what `get` returns
 */
export interface ExportClient<Ref, Job extends ExportJob> {
  /** The vendor's name, for errors and logs. */
  readonly vendor: string
  /**
   * Requests the export's status once.
   *
   * @param ref - the export
   * @param options - for this call; a wait sets `signal` and `retries: 0`, as it retries by itself
   * @returns the export as the vendor reports it now
   */
  get(ref: Ref, options?: GetOptions): Promise<Job>
}
