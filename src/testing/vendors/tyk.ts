import { parseDuration } from '../../duration.ts'
import { htmlPage, json, objectOf } from '../answers.ts'
import { fileOf, serveContent } from '../files.ts'
import {
  createVendorCore,
  type Simulated,
  type StartableVendor,
  type StoredExport,
  type World,
} from '../simulated-vendor.ts'

/** Tyk AI Studio's proxy log exports, simulated. */
export interface SimulatedTyk extends StartableVendor {
  /** Whether the key's user is an admin; else every request gets 403. Default `true`. */
  admin: boolean
  /** Whether it is the enterprise edition; else every request gets 402. Default `true`. */
  enterprise: boolean
}

const hour = 3_600_000
/** Go's zero time: the value of an unset `expires_at`. */
const yearOne = '0001-01-01T00:00:00Z'

/**
 * Tyk AI Studio answers as its server's source, in Go, does: counts are `0` before completion, empty fields are absent,
 * times have nine digits and an offset, and unknown paths get the web app's page.
 */
export function createSimulatedTyk(world: World): Simulated<SimulatedTyk> {
  const core = createVendorCore(world, {
    vendor: 'tyk',
    baseUrl: 'https://tyk.example/api/v1',
    mint: mintKey,
  })
  const vendor: SimulatedTyk = core.vendor({ admin: true, enterprise: true })
  /** The body that each export was started with. */
  const started = new WeakMap<StoredExport, Record<string, unknown>>()

  core.route('POST', ['*/api/v1/exports'], async (request) => {
    const denied = deny(request)
    if (denied) return denied
    const body = await objectOf(request)
    const problem = body ? problemOf(body) : 'invalid JSON body'
    if (problem) return failure(400, 'Bad Request', problem)
    const job = core.put()
    started.set(job, body ?? {})
    return json(statusOf(job), 202)
  })
  core.route('GET', ['*/api/v1/exports/:id'], (request, { id = '' }) => {
    core.beforeStatus(id)
    return answerAbout(request, id, (job) => json(statusOf(job), 200, core.statusHeaders(job)))
  })
  core.route('GET', ['*/api/v1/exports/:id/download'], (request, { id = '' }) =>
    answerAbout(request, id, (job) => {
      if (core.moment(job).phase !== 'completed')
        return failure(404, 'Not Ready', 'export is not ready for download')
      if (world.clock.now() >= expiryOf(job)) return failure(410, 'Expired', 'export file has expired')
      return serveContent(request, fileOf(job.script, 'json'), {
        type: 'application/json',
        fileName: `proxy-logs-${id}.json`,
        lastModified: world.wall(job.finishedAt),
        ranges: true,
      })
    }),
  )
  core.route('all', ['*/api/v1/exports', '*/api/v1/exports/*', '*/tyk/*', 'https://tyk.example/*'], htmlPage)

  function deny(request: Request): Response | undefined {
    if (!core.knows(request)) return json({ error: 'Unauthorized' }, 401)
    if (!vendor.admin) return json({ error: 'Forbidden' }, 403)
    if (!vendor.enterprise)
      return failure(402, 'Enterprise Feature', 'log export needs the enterprise edition')
    return undefined
  }

  const answerAbout = (request: Request, id: string, respond: (job: StoredExport) => Response): Response =>
    deny(request) ?? core.about(id, respond) ?? failure(404, 'Not Found', 'export not found')

  function expiryOf(job: StoredExport): number {
    return job.finishedAt + parseDuration(job.script.expiresAfter ?? '24h', 'expiresAfter')
  }

  function statusOf(job: StoredExport): unknown {
    const { phase } = core.moment(job)
    const completed = phase === 'completed'
    // The status becomes `expired` an hour after the file has: until then the download gets 410.
    const swept = completed && world.clock.now() >= expiryOf(job) + hour
    const running = job.script.status ?? 'processing'
    const start = started.get(job) ?? {}
    const error = job.script.error ?? 'failed to write export file'
    return {
      type: 'proxy_log_export',
      id: job.id,
      attributes: {
        export_id: job.id,
        source_type: start.source_type ?? 'app',
        source_id: start.source_id ?? 1,
        start_date: `${start.start_date ?? '2025-01-01'}T00:00:00Z`,
        end_date: `${start.end_date ?? '2025-01-31'}T00:00:00Z`,
        ...(start.search ? { search_filter: start.search } : {}),
        status: swept ? 'expired' : phase === 'running' ? running : phase,
        total_records: completed ? (job.script.records ?? 3) : 0,
        file_size: completed ? Buffer.byteLength(fileOf(job.script, 'json')) : 0,
        requested_by: 1,
        requested_at: offsetTime(world.wall(job.startedAt)),
        ...(completed ? { completed_at: offsetTime(world.wall(job.finishedAt)) } : {}),
        expires_at: completed ? utcTime(world.wall(expiryOf(job))) : yearOne,
        ...(phase === 'failed' ? { error_message: error } : {}),
      },
    }
  }

  return { vendor, routes: core.routes }
}

function mintKey(serial: number): string {
  const bytes = Buffer.from(`simulated tyk key ${serial}`.padEnd(32, '.'))
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}

function failure(status: number, title: string, detail: string): Response {
  return json({ errors: [{ title, detail }] }, status)
}

function problemOf(body: Record<string, unknown>): string | undefined {
  const { source_type: type, source_id: id, start_date: from, end_date: to } = body
  if (type !== 'app' && type !== 'llm' && type !== 'user') return 'source_type must be one of: app, llm, user'
  if (!Number.isInteger(id) || (id as number) < 1) return 'source_id must be a positive integer'
  if (!isDay(from)) return 'invalid start_date format, expected YYYY-MM-DD'
  if (!isDay(to)) return 'invalid end_date format, expected YYYY-MM-DD'
  return undefined
}

function isDay(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false
  const date = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value)
}

function utcTime(wall: number): string {
  return new Date(wall).toISOString().replace('Z', '456789Z')
}

function offsetTime(wall: number): string {
  return new Date(wall + 2 * hour).toISOString().replace('Z', '456789+02:00')
}
