import type { ExportClient } from '../client.ts'
import { copyJson } from '../internal/json.ts'
import { assertOption, copyOwn } from '../internal/options.ts'
import { waitKey } from '../internal/wait-key.ts'
import type { ExportJob } from '../job.ts'
import { startWait } from '../wait/state.ts'
import { resolveWaitOptions } from '../wait/wait.ts'
import type { StoredWaitOptions, WaitJobData } from './options.ts'

/** What {@link waitJob} takes beside the export. */
export interface WaitJobOptions extends StoredWaitOptions {
  /** When the export was started, if known. */
  readonly since?: Date | undefined
}

/** A job to add to a queue: `queue.add(job.name, job.data, job.opts)`. */
export interface WaitJob<Ref = unknown> {
  readonly name: string
  readonly data: WaitJobData<Ref>
  readonly opts: { readonly jobId: string; readonly removeOnComplete: true }
}

/**
 * A wait as a job of BullMQ, for `queue.add`, `queue.addBulk` or as a child of a flow. Its id is the same for the same
 * export, so that adding it again while it is in the queue adds nothing. Nor does it after it failed: ask
 * `job.getState()`, and call `job.retry()` to resume.
 *
 * @param client - the vendor's client, or the name under which workers have one
 * @param ref - the export, or its job
 * @param options - options of the wait that JSON can hold; they go before those of the worker
 * @returns the job: JSON only, with no credentials and no URL
 * @throws ConfigurationError `invalid-option` or `invalid-ref`.
 */
export function waitJob<Ref>(
  client: string | ExportClient<Ref, ExportJob>,
  ref: NoInfer<Ref | ExportJob<unknown, Ref>>,
  options?: WaitJobOptions,
): WaitJob<Ref> {
  const jobId = waitKey<Ref>(client, ref)
  const name = typeof client === 'string' ? client : client.vendor
  const { since, ...given } = copyOwn(options)
  const wait = copyJson(given)
  assertOption(wait !== undefined, 'waitJob takes options that JSON can hold: give the others to the worker.')
  resolveWaitOptions(wait)
  const data = { client: name, state: startWait<Ref>(ref, { since }) }
  return {
    name,
    data: Object.keys(wait).length === 0 ? data : { ...data, wait },
    opts: { jobId, removeOnComplete: true },
  }
}
