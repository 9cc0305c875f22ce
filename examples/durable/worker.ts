// Waits for the exports of four vendors, with no state in its own memory. Run any number of them.
import { createWaitWorker } from 'export-jobs/bullmq'
import { clients, connection } from './clients.ts'

const worker = createWaitWorker('waits', {
  connection,
  clients,
  wait: { timeout: '1d' },
  onStep: (step, { client }) =>
    console.log(`worker ${process.pid}: ${client} ${step.job?.id} ${step.outcome}`),
})
worker.on('error', (error) => console.error(`worker ${process.pid}: ${error.message}`))
process.on('SIGTERM', () => worker.close())
