import type { Duration } from './duration.ts'
import type { ExportJob } from './job.ts'

/** What {@link ExportClient.get} takes beside the ref. */
export interface GetOptions {
  /** Ends the request; `get` then rejects with the signal's own reason. */
  readonly signal?: AbortSignal | undefined
  /** How long one attempt may take. Default: the client's `timeout`. */
  readonly timeout?: Duration | undefined
  /** How often a failed attempt is repeated. Default: the client's `retries`. */
  readonly retries?: number | undefined
}

/**
 * What waiting needs. Any object of this shape is a vendor: write `get` for a fifth one, and `watch`,
 * `waitForCompletion` and `pollOnce` work with it.
 *
 * @typeParam Ref - what finds an export at this vendor
 * @typeParam Job - what `get` answers with
 */
export interface ExportClient<Ref, Job extends ExportJob> {
  /** The vendor's name, for errors and logs. */
  readonly vendor: string
  /**
   * Asks once how an export is doing.
   *
   * @param ref - the export
   * @returns the export as the vendor reports it now
   */
  get(ref: Ref, options?: GetOptions): Promise<Job>
}
