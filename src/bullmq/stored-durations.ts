import type { Queue } from 'bullmq'
import { Durations, durationOf, mostEarlier } from '../duration-history.ts'
import type { JobSummary } from '../summary.ts'

/** Remembers how long the exports of each client took. */
export interface DurationStore {
  /** In ms, newest last. */
  expected(client: string): readonly number[] | Promise<readonly number[]>
  /** Adds one, if its vendor says how long it took. */
  add(client: string, job: JobSummary): void | Promise<void>
}

/**
 * Stores durations beside the queue, for all workers: in the log of one job per client, in a queue that no worker serves.
 * A job log is all that BullMQ has on each of its stores and limits in length itself.
 */
export class StoredDurations implements DurationStore {
  readonly #queue: Pick<Queue, 'add' | 'addJobLog' | 'getJobLogs'>
  readonly #known = new Map<string, Promise<readonly number[]>>()

  constructor(queue: Pick<Queue, 'add' | 'addJobLog' | 'getJobLogs'>) {
    this.#queue = queue
  }

  /** Cached until the next {@link add}, since other workers may have added some. */
  expected(client: string): Promise<readonly number[]> {
    const known = this.#known.get(client) ?? this.#read(client)
    this.#known.set(client, known)
    return known
  }

  async add(client: string, job: JobSummary): Promise<void> {
    const took = durationOf(job)
    if (took === undefined) return
    await ignoreErrors(async () => {
      await this.#queue.add('durations', null, { jobId: jobIdOf(client) })
      await this.#queue.addJobLog(jobIdOf(client), String(took), mostEarlier)
      this.#known.delete(client)
    })
  }

  async #read(client: string): Promise<readonly number[]> {
    const durations = new Durations()
    await ignoreErrors(async () => {
      const { logs } = await this.#queue.getJobLogs(jobIdOf(client))
      for (const took of logs) durations.add(client, Number(took))
    })
    return durations.expected(client)
  }
}

// With a prefix, because a job id must not be a number.
const jobIdOf = (client: string): string => `of-${client}`

// Ignores errors: without durations polls are only timed less well, and no wait may fail for that.
async function ignoreErrors(action: () => Promise<void>): Promise<void> {
  try {
    await action()
  } catch {}
}
