import { randomUUID } from 'node:crypto'
import { createRateWindow, unsignedJwt } from '../access.ts'
import { json, objectOf } from '../answers.ts'
import type { JobScript } from '../job-script.ts'
import {
  createVendorCore,
  type Simulated,
  type SimulatedVendor,
  type StoredExport,
  type World,
} from '../simulated-vendor.ts'

/** Didomi's batch export runs, simulated. Its API starts no runs, so there is no `next`: use `add`. */
export interface SimulatedDidomi extends SimulatedVendor<{ exportId: string; runId: string }> {
  /** The API key that `POST /sessions` knows. */
  readonly credentials: { readonly key: string; readonly secret: string }
  /** The recurring export that runs belong to, unless their script names another. */
  readonly exportId: string
  /** Whether lists have `total`, `limit` and `skip` besides `data`; the published sample does not. Default `true`. */
  total: boolean
  /** Whether lists have `limit` and `skip`. Default: as `total`. */
  limit: boolean | undefined
  /** The length of the longest page, whatever `$limit` is. Default 100. */
  maxPageSize: number
  /** Whether runs have `created_at`; the published sample does not. Default `false`. */
  timestamps: boolean
}

const quarterMinute = 15_000
const hour = 3_600_000

/**
 * Didomi lists the runs of a recurring export in pages. `pending` means running, `result` is "Job failed." on completed
 * runs too, and each organization has 100 requests per 15 seconds, whatever the key.
 */
export function createSimulatedDidomi(world: World): Simulated<SimulatedDidomi> {
  const now = () => world.clock.now()
  const core = createVendorCore(world, {
    vendor: 'didomi',
    baseUrl: 'https://api.didomi.io/v1',
    mint: (serial) => unsignedJwt('https://api.didomi.io', serial),
    newId: () => randomUUID().slice(0, 8),
  })
  const limiter = createRateWindow(() => 100, quarterMinute, now)

  const vendor: SimulatedDidomi = core.vendor({
    credentials: { key: 'simulated-didomi-key', secret: 'simulated-didomi-secret' },
    exportId: '9gh49gn5',
    total: true,
    limit: undefined as boolean | undefined,
    maxPageSize: 100,
    timestamps: false,
    add: (script: JobScript = {}) => ({
      exportId: script.exportId ?? vendor.exportId,
      runId: core.put(script).id,
    }),
  })

  // Documented with and without /v1. Which one exists is not published, so both do.
  const sessions = ['*/v1/sessions', '*/didomi/sessions', 'https://api.didomi.io/sessions']

  core.route('POST', sessions, async (request) => {
    const body = await objectOf(request)
    const { key, secret } = vendor.credentials
    const known = body?.type === 'api-key' && body.key === key && body.secret === secret
    if (!known) return failure(400, 'BadRequest', 'Invalid API key or secret')
    return json({ access_token: core.tokens.issue(hour) }, 201)
  })
  core.route('GET', ['*/marketplace/exports/logs'], (request) => {
    const query = new URL(request.url).searchParams
    const exportId = query.get('export_id')
    const organizationId = query.get('organization_id')
    const runs = [...core.exports.values()].filter(
      (run) => (run.script.exportId ?? vendor.exportId) === exportId,
    )
    for (const run of runs) core.beforeStatus(run.id)
    if (!core.knows(request)) return failure(401, 'NotAuthenticated', 'Invalid or expired token', [])
    if (!exportId) return failure(400, 'BadRequest', 'export_id is required')
    if (!organizationId) return failure(400, 'BadRequest', 'organization_id is required')

    const { allowed, remaining, reset } = limiter(organizationId)
    const headers = { ratelimit: `limit=100, remaining=${remaining}, reset=${reset}` }
    if (!allowed) {
      return failure(
        429,
        'TooManyRequests',
        'Too many requests',
        {},
        { ...headers, 'retry-after': String(reset) },
      )
    }
    const limit = Math.min(vendor.maxPageSize, countOf(query.get('$limit'), 10))
    const skip = countOf(query.get('$skip'), 0)
    const known = runs.filter((run) => core.moment(run).phase !== 'missing')
    const page = known.slice(skip, skip + limit)
    const data = page.map((run) => runOf(run, exportId, organizationId))
    const ownHeaders = Object.assign({}, ...page.map((run) => core.statusHeaders(run)))
    const body = {
      ...(vendor.total && { total: known.length }),
      ...((vendor.limit ?? vendor.total) && { limit, skip }),
      data,
    }
    return json(body, 200, { ...headers, ...ownHeaders })
  })
  core.route('all', ['*/didomi/*', 'https://api.didomi.io/*'], () =>
    failure(404, 'NotFound', 'Page not found'),
  )

  function runOf(run: StoredExport, exportId: string, organizationId: string): unknown {
    const { phase } = core.moment(run)
    const failed = phase === 'failed'
    return {
      id: run.id,
      export_id: exportId,
      organization_id: organizationId,
      status: phase === 'running' ? (run.script.status ?? 'pending') : phase,
      config: { frequency: '1 day' },
      ...(vendor.timestamps ? { created_at: new Date(world.wall(run.startedAt)).toISOString() } : {}),
      ...(phase === 'completed'
        ? { metrics: { users: run.script.records ?? 3 }, result: 'Job failed.' }
        : {}),
      ...(failed ? { result: run.script.error ?? 'Job failed.' } : {}),
    }
  }

  return { vendor, routes: core.routes }
}

function countOf(text: string | null, fallback: number): number {
  const value = Number(text ?? fallback)
  return Number.isInteger(value) && value >= 0 ? value : fallback
}

function failure(
  code: number,
  name: string,
  message: string,
  errors: Record<string, unknown> | unknown[] = {},
  headers: Record<string, string> = {},
): Response {
  return json({ code, name, message, errors }, code, headers)
}
