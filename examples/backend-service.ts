// A service that exports on request:
//   POST /exports {"app":1,"from":"2026-01-01","to":"2026-01-31"}   → 202, Location: /exports/<id>
//   GET /exports/<id>                                               → the export as last seen
// One wait per export runs in the background. All share one client, and so its limits.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { type ExportJob, isExportJobsError, watch } from 'export-jobs'
import { createTykClient, type TykJob } from 'export-jobs/tyk'

const { TYK_BASE_URL = '', TYK_TOKEN = '', PORT = '3000' } = process.env

const client = createTykClient({ baseUrl: TYK_BASE_URL, token: TYK_TOKEN, concurrency: 16 })
const stopping = new AbortController()
const { signal } = stopping

const jobs = new Map<string, TykJob>()
const waits = new Set<Promise<void>>()

async function follow(id: string): Promise<void> {
  try {
    for await (const update of watch(client, id, { signal, timeout: '6h' })) {
      if (update.type === 'job') jobs.set(id, update.job)
    }
    console.log(`${id} ${jobs.get(id)?.status}`)
  } catch (error) {
    // On shutdown, every wait rejects with the reason of the signal: not worth a log line.
    if (!signal.aborted) console.error(`${id}: ${(error as Error).message}`)
  }
}

// Never `raw` or a download URL, which may be signed: send only chosen fields.
function show({ id, status, createdAt, completedAt, totalRecords }: ExportJob) {
  return { id, status, createdAt, completedAt, totalRecords }
}

function reply(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = '' } = request
  if (method === 'POST' && url === '/exports') {
    const { app, from, to } = (await json(request)) as { app: number; from: string; to: string }
    const params = { source_type: 'app', source_id: app, start_date: from, end_date: to } as const
    const id = await client.start(params, { signal })
    const wait = follow(id)
    waits.add(wait)
    void wait.then(() => waits.delete(wait))
    return reply(response, 202, { id }, { location: `/exports/${id}` })
  }
  const id = /^\/exports\/([^/]+)$/.exec(url)?.[1]
  if (method !== 'GET' || !id) return reply(response, 404, { error: 'not found' })
  // An export of an earlier process is not in the map, but Tyk still knows it.
  reply(response, 200, show(jobs.get(id) ?? (await client.get(id, { signal }))))
}

function statusFor(error: unknown): number {
  if (error instanceof SyntaxError) return 400
  if (!isExportJobsError(error)) return 500
  if (error.code === 'invalid-option' || error.code === 'invalid-ref') return 400
  // Everything else is not the caller's fault: 502 means that the vendor behind this service failed.
  return error.code === 'not-found' ? 404 : 502
}

const server = createServer((request, response) => {
  handle(request, response).catch((error: unknown) => {
    const status = signal.aborted ? 503 : statusFor(error)
    reply(response, status, { error: isExportJobsError(error) ? error.code : 'error' })
  })
})

server.listen(Number(PORT), '127.0.0.1')
await once(server, 'listening')
console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`)

await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')])
console.log(`stopping, ${waits.size} exports continue at Tyk`)
server.close()
// Ends all waits and requests to Tyk at once. The exports themselves continue.
stopping.abort(new Error('the service is stopping'))
await Promise.all(waits)
console.log('stopped')
