// A worker as a process of its own. It reads what to do from its first argument, and says when it has begun.
import * as bullmq from 'bullmq'
import { createWaitWorker } from 'export-jobs/bullmq'
import { createTykClient } from 'export-jobs/tyk'

/** What a worker process is told. */
export interface WorkerSettings {
  readonly queue: string
  readonly connection: bullmq.ConnectionOptions
  readonly baseUrl: string
  readonly token: string
  readonly minDelay: number
  readonly limiter?: { readonly max: number; readonly duration: number }
}

const settings = JSON.parse(process.argv[2] as string) as WorkerSettings
const { connection, baseUrl, token, minDelay, limiter } = settings
if ('connectionString' in connection) bullmq.setDefaultBackendFactory(bullmq.createPostgresBackend)
const queue = new bullmq.Queue(settings.queue, { connection })
const worker = createWaitWorker(settings.queue, {
  connection,
  clients: { tyk: createTykClient({ baseUrl, token, rateLimit: false }) },
  wait: { schedule: { minDelay, maxDelay: 10 * minDelay } },
  queue,
  ...(limiter && { limiter }),
})
queue.on('error', () => {})
worker.on('error', () => {})
// It ends by itself, once nothing is left to do.
process.on('SIGTERM', () => {
  void worker.close()
  void queue.close()
  process.channel?.unref()
})
// Whoever started it is gone.
process.on('disconnect', () => process.exit())
await worker.waitUntilReady()
process.send?.('ready')
