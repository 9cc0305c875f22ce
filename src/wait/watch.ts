import type { ExportClient } from '../client.ts'
import { onAbort, throwIfAborted } from '../internal/abort.ts'
import { assertClient } from '../internal/client.ts'
import type { ExportJob, WaitState } from '../job.ts'
import type { Update, WaitOptions } from '../wait-options.ts'
import { poll } from './poll.ts'
import { type LiveState, toLiveState } from './state.ts'
import { createWait, resolveWaitOptions, sleepUntilNextPoll, type Wait, type WaitSettings } from './wait.ts'

/** What {@link watch} returns: the updates of one export. It can be iterated once. */
export interface Updates<Job extends ExportJob> extends AsyncIterable<Update<Job>> {
  /** Sleeps until the next poll is due, and polls. */
  next(): Promise<IteratorResult<Update<Job>, undefined>>
  /** Stops polling at once: ends a sleep or a request in flight, and a pending `next` resolves with `done`. */
  return(value?: undefined): Promise<IteratorResult<Update<Job>, undefined>>
  /** As `return`, but rejects with the error. */
  throw(error?: unknown): Promise<IteratorResult<Update<Job>, undefined>>
  /** Returns itself. */
  [Symbol.asyncIterator](): Updates<Job>
}

/**
 * Watches an export: one {@link Update} per poll, the first at once. Ends after the finished job, even if it failed.
 * `break`, `return()` and `throw()` end it at once. No request is made before the first `next`.
 *
 * @param client - of the vendor
 * @param ref - the export, a job of it, or a {@link WaitState}, which resumes that wait
 * @param options - how to wait
 * @returns the updates
 * @throws ConfigurationError from the first `next`, for an invalid argument or a failing `schedule` function; WaitError from the last
 *   `next` if the wait is given up; `signal.reason` if aborted.
 */
export function watch<Ref, Job extends ExportJob>(
  client: ExportClient<Ref, Job>,
  ref: NoInfer<Ref | Job | WaitState<Ref>>,
  options?: WaitOptions<Job>,
): Updates<Job> {
  const prepared = prepare(client, ref as Ref, options)
  // The first `next` rejects with it.
  prepared.catch(() => {})
  const controller = new AbortController()
  let wait: Wait<Ref, Job> | undefined
  let isOver = false
  let previous: Promise<unknown> = Promise.resolve()

  const advance = async (): Promise<IteratorResult<Update<Job>, undefined>> => {
    let signal: AbortSignal | undefined
    let release: (() => void) | undefined
    try {
      const { settings, state } = await prepared
      if (isOver) return done
      signal = settings.signal
      throwIfAborted(signal)
      release = signal && onAbort(signal, () => controller.abort())
      if (wait) await sleepUntilNextPoll(wait)
      else wait = createWait(client, state, { ...settings, signal: controller.signal })
      const value = await poll(wait)
      if (isOver) return done
      isOver = wait.wakeAt === undefined
      return { done: false, value }
    } catch (error) {
      if (isOver) return done
      isOver = true
      throwIfAborted(signal)
      throw error
    } finally {
      release?.()
    }
  }

  const end = () => {
    isOver = true
    controller.abort()
  }

  return {
    next() {
      const next = previous.then(advance, advance)
      previous = next
      return next
    },
    async return() {
      end()
      return done
    },
    async throw(error) {
      end()
      throw error
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

const done: IteratorReturnResult<undefined> = { done: true, value: undefined }

// Runs when `watch` is called: the ref is copied then, however late the first `next` is.
async function prepare<Ref, Job extends ExportJob>(
  client: ExportClient<Ref, Job>,
  ref: Ref,
  options: WaitOptions<Job> | undefined,
): Promise<{ readonly settings: WaitSettings; readonly state: LiveState<Ref> }> {
  assertClient(client)
  return { settings: resolveWaitOptions(options), state: toLiveState(ref, client.vendor) }
}
