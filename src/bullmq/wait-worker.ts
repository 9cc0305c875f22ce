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

// BullMQ counts the deaths of workers over the whole life of a job, and a long wait is polled hundreds of times.
const leastStalledCount = 1_000_000

const defaults = {
  // Polls spend their time waiting for the network.
  concurrency: 500,
  // The waits of a worker that died are polled by another one within 20 s.
  lockDuration: 15_000,
  stalledInterval: 5_000,
  maxStalledCount: leastStalledCount,
} satisfies Partial<WorkerOptions>

/**
 * Creates a BullMQ worker that waits for exports. The waits sleep in the queue and survive every process.
 * `worker.close()` aborts the polls in flight, and other workers repeat them. Workers share how long the exports of each
 * client took, in the queue `<queueName>-durations`, and use it to time the polls of later exports.
 *
 * @param queueName - the queue to which jobs of {@link waitJob} are added
 * @param options - the clients, how to wait, and the options of BullMQ's Worker. Defaults: `concurrency` 500,
 *   `lockDuration` 15 s, `stalledInterval` 5 s, `maxStalledCount` 1,000,000; with `queue`, a `limiter` of 1,000,000 per
 *   second, which slows nothing down
 * @returns BullMQ's worker, running unless `autorun` is false
 * @throws ConfigurationError `invalid-option`, also for BullMQ options with which waits would be lost.
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
  // The worker emits the same connection errors.
  learned.on('error', () => {})
  const process = createProcessor(settings, new StoredDurations(learned))
  let isClosing = false
  const worker = new Worker<WaitJobData, unknown, string>(
    queueName,
    // A job may arrive after the worker has begun to close.
    async (job, token, signal) => (isClosing ? putBack(job, token) : process(job, token, signal)),
    // BullMQ respects `queue.rateLimit()` only in workers that have a limiter.
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

function refuseLosses(options: Partial<WorkerOptions>): void {
  const { maxStalledCount = leastStalledCount, maxStartedAttempts, skipLockRenewal } = options
  assertOption(
    maxStalledCount >= leastStalledCount,
    `maxStalledCount must be at least ${leastStalledCount}: BullMQ counts the deaths of workers over the whole life of a wait, and fails the wait after that many.`,
  )
  assertOption(
    maxStartedAttempts === undefined,
    'maxStartedAttempts must not be set: each poll counts as a start, and BullMQ fails the wait after that many.',
  )
  assertOption(
    !skipLockRenewal,
    'skipLockRenewal must not be set: two workers would make a poll that takes longer than lockDuration.',
  )
}
