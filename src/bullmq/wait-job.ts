import type { ExportClient } from '../client.ts'
import { copyJson } from '../internal/json.ts'
import { assertOption, copyOwn } from '../internal/options.ts'
import { waitKey } from '../internal/wait-key.ts'
import type { ExportJob } from '../job.ts'
import { startWait } from '../wait/state.ts'
import { resolveWaitOptions } from '../wait/wait.ts'
import type { StoredWaitOptions, WaitJobData } from './options.ts'

/** Options of {@link waitJob}. */
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
 * Makes a BullMQ job of a wait, for `queue.add`, `queue.addBulk` or as a child of a flow. The same export always has the
 * same job id, so adding it again does nothing while the job is in the queue, or has failed. To resume a failed one, call
 * `job.retry()`; `job.getState()` says which it is.
 *
 * @param client - the vendor's client, or its name in the workers' `clients`
 * @param ref - the export, or its job
 * @param options - wait options that JSON can hold; they override those of the worker
 * @returns the job: JSON, with no credentials and no URL
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
  assertOption(
    wait !== undefined,
    'waitJob takes only options that JSON can hold. Give the others to the worker.',
  )
  resolveWaitOptions(wait)
  const data = { client: name, state: startWait<Ref>(ref, { since }) }
  return {
    name,
    data: Object.keys(wait).length === 0 ? data : { ...data, wait },
    opts: { jobId, removeOnComplete: true },
  }
}
