import type { Queue } from 'bullmq'
import { Durations, durationOf, mostEarlier } from '../durations.ts'
import type { JobSummary } from '../summary.ts'

/** Where a worker keeps how long the exports of each client took. */
export interface DurationStore {
  /** In ms, newest last. */
  expected(client: string): readonly number[] | Promise<readonly number[]>
  /** Notes one more, where its vendor tells how long it took. */
  add(client: string, job: JobSummary): void | Promise<void>
}

/**
 * Keeps them where the queue is kept, for all workers. All that BullMQ has for that on each of its stores, and shortens
 * by itself, is the log of a job. The job of a client is in a queue that no worker serves.
 */
export class StoredDurations implements DurationStore {
  readonly #queue: Pick<Queue, 'add' | 'addJobLog' | 'getJobLogs'>
  readonly #known = new Map<string, Promise<readonly number[]>>()

  constructor(queue: Pick<Queue, 'add' | 'addJobLog' | 'getJobLogs'>) {
    this.#queue = queue
  }

  /** Asks the store once, and again after each {@link add}: others have added theirs. */
  expected(client: string): Promise<readonly number[]> {
    const known = this.#known.get(client) ?? this.#read(client)
    this.#known.set(client, known)
    return known
  }

  async add(client: string, job: JobSummary): Promise<void> {
    const took = durationOf(job)
    if (took === undefined) return
    await orNothing(async () => {
      await this.#queue.add('durations', null, { jobId: jobIdOf(client) })
      await this.#queue.addJobLog(jobIdOf(client), String(took), mostEarlier)
      this.#known.delete(client)
    })
  }

  async #read(client: string): Promise<readonly number[]> {
    const durations = new Durations()
    await orNothing(async () => {
      const { logs } = await this.#queue.getJobLogs(jobIdOf(client))
      for (const took of logs) durations.add(client, Number(took))
    })
    return durations.expected(client)
  }
}

// An id of a job must not be a number.
function jobIdOf(client: string): string {
  return `of-${client}`
}

// Without them polls are only timed less well: no wait fails for it.
async function orNothing(action: () => Promise<void>): Promise<void> {
  try {
    await action()
  } catch {}
}
