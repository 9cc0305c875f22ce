// Waits for the exports of four vendors, and keeps nothing of them in its own memory. Run as many as you like.
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
