// A page that shows the queue: http://127.0.0.1:3000. It makes no requests to vendors or workers.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Queue, QueueEvents } from 'bullmq'
import type { JobSummary } from 'export-jobs'
import type { WaitJobData } from 'export-jobs/bullmq'
import { connection } from './clients.ts'

const { PORT = '3000' } = process.env
const queue = new Queue<WaitJobData>('waits', { connection })

// A completed wait leaves the queue; its event, with the return value, stays for a while.
const completed = new Map<string, JobSummary>()
const events = new QueueEvents('waits', { connection, lastEventId: '0-0' })
events.on('completed', ({ jobId, returnvalue }) => {
  completed.set(jobId, returnvalue as unknown as JobSummary)
})

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const toHtml = (value: unknown) => String(value ?? '').replace(/[&<>"]/g, (each) => entities[each] as string)

function table(caption: string, heads: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const cells = (row: readonly unknown[]) => row.map((value) => `<td>${toHtml(value)}</td>`).join('')
  return `<table><caption>${caption}: ${rows.length}</caption>
<tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr>
${rows.map((row) => `<tr>${cells(row)}</tr>`).join('\n')}
</table>`
}

async function page(): Promise<string> {
  const waiting = await queue.getJobs(['waiting', 'active', 'delayed'], 0, 99)
  const failed = await queue.getJobs(['failed'], 0, 99)
  const id = ({ state: { ref } }: WaitJobData) => (typeof ref === 'string' ? ref : JSON.stringify(ref))
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Exports</title>
<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="1">
<style>body { font: 1rem system-ui; margin: 2rem } caption { font-weight: bold; text-align: start }
table { margin-block: 1rem } th, td { padding-inline-end: 2rem; text-align: start }</style>
<h1>Exports</h1>
${table(
  'Waited for',
  ['Vendor', 'Export', 'Status', 'Polls'],
  waiting.map(({ data }) => [data.client, id(data), data.state.status, data.state.polls]),
)}
${table(
  'Completed',
  ['Vendor', 'Export', 'Records', 'At'],
  [...completed.values()].map((job) => [job.vendor, job.id, job.totalRecords, job.completedAt]),
)}
${table(
  'Failed',
  ['Vendor', 'Export', 'Reason'],
  failed.map(({ data, failedReason }) => [data.client, id(data), failedReason]),
)}
</html>`
}

const server = createServer(async (_, response) => {
  response.setHeader('content-type', 'text/html; charset=utf-8').end(await page())
})
server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`status: http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
