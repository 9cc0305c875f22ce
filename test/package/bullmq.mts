import { Queue } from 'bullmq'
import { createWaitWorker, type WaitJobData, waitJob, waitProcessor } from 'export-jobs/bullmq'
import { createTykClient } from 'export-jobs/tyk'

const connection = { host: '127.0.0.1', port: 6379 }
const tyk = createTykClient({ baseUrl: 'https://tyk.example/api/v1', token: 'token' })
const queue = new Queue<WaitJobData>('waits', { connection })

export async function add(id: string): Promise<string | undefined> {
  const { name, data, opts } = waitJob(tyk, id, { timeout: '2h', schedule: { minDelay: '5s' } })
  await queue.addBulk([{ name, data, opts }])
  return (await queue.add(name, data, opts)).id
}

export const worker = createWaitWorker('waits', {
  connection,
  clients: { tyk },
  queue,
  onCompleted: async (job, { client, signal }) => (await client.openDownload(job.id, { signal })).size,
})
export const processor = waitProcessor({ clients: async () => tyk })
