// A worker as a process of its own. It reads what to do from its first argument, and says when it has begun.
import { Queue } from 'bullmq'
import { createWaitWorker } from 'export-jobs/bullmq'
import { createTykClient } from 'export-jobs/tyk'

/** What a worker process is told. */
export interface WorkerSettings {
  readonly queue: string
  readonly connection: { readonly host: string; readonly port: number; readonly maxRetriesPerRequest: null }
  readonly baseUrl: string
  readonly token: string
  readonly minDelay: number
  readonly limiter?: { readonly max: number; readonly duration: number }
}

const settings = JSON.parse(process.argv[2] as string) as WorkerSettings
const { connection, baseUrl, token, minDelay, limiter } = settings
const worker = createWaitWorker(settings.queue, {
  connection,
  clients: { tyk: createTykClient({ baseUrl, token, rateLimit: false }) },
  wait: { schedule: { minDelay, maxDelay: 10 * minDelay } },
  queue: new Queue(settings.queue, { connection }),
  ...(limiter && { limiter }),
})
worker.on('error', () => {})
process.on('SIGTERM', async () => {
  await worker.close()
  process.exit()
})
// Whoever started it is gone.
process.on('disconnect', () => process.exit())
await worker.waitUntilReady()
process.send?.('ready')
