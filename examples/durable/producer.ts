// Starts an export at each vendor that can start one, adds its wait to the queue, and exits without waiting.
import { Queue } from 'bullmq'
import { waitJob } from 'export-jobs/bullmq'
import { clients, connection } from './clients.ts'

const { DIDOMI_EXPORT_ID } = process.env
const { tyk, anaconda, loyaltydog, didomi } = clients
const queue = new Queue('waits', { connection })

async function add<Ref>(...wait: Parameters<typeof waitJob<Ref>>): Promise<void> {
  const { name, data, opts } = waitJob(...wait)
  await queue.add(name, data, opts)
  console.log(`producer: added ${opts.jobId}`)
}

const january = { start_date: '2026-01-01', end_date: '2026-01-31' }
await add('tyk', await tyk.start({ source_type: 'app', source_id: 1, ...january }))
await add('anaconda', await anaconda.start())
await add('loyaltydog', await loyaltydog.start())
// Didomi starts its runs by itself. Adding a run that is already in the queue has no effect.
if (DIDOMI_EXPORT_ID) {
  for await (const run of didomi.runs(DIDOMI_EXPORT_ID)) await add('didomi', run)
}
await queue.close()
