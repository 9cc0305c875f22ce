import { Queue, Worker, type WorkerOptions } from 'bullmq'
import { assertOption, copyOwn } from '../internal/options.ts'
import {
  type AnyClient,
  readProcessorOptions,
  type WaitJobData,
  type WaitProcessorOptions,
} from './options.ts'
import { StoredDurations } from './stored-durations.ts'
import { createProcessor, putBack } from './wait-processor.ts'

// A wait that sleeps for a day wakes a hundred times, and BullMQ never forgets that a worker died while it polled.
const leastStalledCount = 1_000_000

const defaults = {
  // A poll is little work and much waiting.
  concurrency: 500,
  // What a dead worker held is polled by another one within 20 s.
  lockDuration: 15_000,
  stalledInterval: 5_000,
  maxStalledCount: leastStalledCount,
} satisfies Partial<WorkerOptions>

/**
 * A worker that waits for exports: the waits sleep in the queue, and outlive every process. `worker.close()` ends the
 * polls in flight, and other workers make them again. How long the exports of each client took, workers keep in the
 * queue `<queueName>-durations`, which nobody serves, and time the polls of the next ones by it.
 *
 * @param queueName - the queue that jobs of {@link waitJob} are added to
 * @param options - the clients, how to wait, and the options of BullMQ's Worker. Defaults: `concurrency` 500,
 *   `lockDuration` 15 s, `stalledInterval` 5 s, `maxStalledCount` 1,000,000
 * @returns BullMQ's worker; it has begun, unless `autorun` is false
 * @throws ConfigurationError `invalid-option`, also for options of BullMQ that lose waits.
 */
export function createWaitWorker<Client extends AnyClient>(
  queueName: string,
  options: WaitProcessorOptions<Client> & WorkerOptions,
): Worker<WaitJobData, unknown, string> {
  const { clients, wait, onCompleted, onStep, queue, ...given } = copyOwn(options)
  const settings = readProcessorOptions({ clients, wait, onCompleted, onStep, queue })
  refuseLosses(given)
  const { connection, prefix } = given
  const learned = new Queue(`${queueName}-durations`, { connection, ...(prefix && { prefix }) })
  // What is wrong with the connection, the worker tells.
  learned.on('error', () => {})
  const process = createProcessor(settings, new StoredDurations(learned))
  let isClosing = false
  const worker = new Worker<WaitJobData, unknown, string>(
    queueName,
    // A job may have been on its way here when the worker began to close.
    async (job, token, signal) => (isClosing ? putBack(job, token) : process(job, token, signal)),
    // BullMQ looks for a limit that was set by hand only where there is one at all.
    {
      ...defaults,
      ...(queue && { limiter: { max: 1_000_000, duration: 1_000 } }),
      ...given,
    } as WorkerOptions,
  )
  worker.on('closing', () => {
    isClosing = true
    worker.cancelAllJobs('The worker is closing.')
  })
  const close = worker.close.bind(worker)
  worker.close = async (force) => {
    await close(force)
    await learned.close()
  }
  return worker
}

function refuseLosses({
  maxStalledCount,
  maxStartedAttempts,
  skipLockRenewal,
}: Partial<WorkerOptions>): void {
  assertOption(
    maxStalledCount === undefined || maxStalledCount >= leastStalledCount,
    `maxStalledCount must be at least ${leastStalledCount}: BullMQ counts how often a worker died over the whole life of a wait, and fails it beyond.`,
  )
  assertOption(
    maxStartedAttempts === undefined,
    'maxStartedAttempts must not be set: each poll of a wait is a start, and BullMQ fails the wait beyond.',
  )
  assertOption(
    !skipLockRenewal,
    'skipLockRenewal must not be set: a poll that takes longer than lockDuration would be made by two workers.',
  )
}
