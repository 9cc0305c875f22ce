import { bearerOf, unsignedJwt } from '../access.ts'
import { invalidInput, json, objectOf } from '../answers.ts'
import { fileOf, serveContent } from '../files.ts'
import type { Moment } from '../job-script.ts'
import {
  createVendorCore,
  type Simulated,
  type StartableVendor,
  type StoredExport,
  type World,
} from '../simulated-vendor.ts'

/** Anaconda's audit log exports, simulated. */
export interface SimulatedAnaconda extends StartableVendor {
  /** The service account that `POST /api/iam/token` knows. */
  readonly credentials: { readonly clientId: string; readonly clientSecret: string }
  /** The organization id that `X-Org-Name` must have, else 403. Default `undefined`: any or none. */
  organization: string | undefined
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i
const someOrganization = '3f0e8c52-7f0b-4d9c-9a39-5d2f6f0c1b7e'
/** Documented: the token of a service account expires after 15 minutes, often before an export is done. */
const tokenSeconds = 900

/**
 * Anaconda: unset fields are `null`, times have no offset, progress is approximate, and the download URL is relative
 * and needs the bearer token.
 */
export function createSimulatedAnaconda(world: World): Simulated<SimulatedAnaconda> {
  const core = createVendorCore(world, {
    vendor: 'anaconda',
    baseUrl: 'https://anaconda.com',
    mint: (serial) => unsignedJwt('https://auth.anaconda.com', serial),
  })
  const vendor: SimulatedAnaconda = core.vendor({
    credentials: { clientId: 'simulated-client', clientSecret: 'simulated-anaconda-client-secret' },
    organization: undefined as string | undefined,
  })

  core.route('POST', ['*/api/iam/token'], async (request) => {
    const form = new URLSearchParams(await request.text())
    const { clientId, clientSecret } = vendor.credentials
    const known = form.get('client_id') === clientId && form.get('client_secret') === clientSecret
    const isForm = request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')
    if (!isForm || form.get('grant_type') !== 'client_credentials') {
      return tokenFailure(400, 'invalid_grant', 'Unsupported grant type')
    }
    if (!known) return tokenFailure(401, 'invalid_client', 'Invalid client credentials')
    const token = core.tokens.issue(tokenSeconds * 1000)
    return json({ access_token: token, token_type: 'Bearer', expires_in: tokenSeconds })
  })
  core.route('POST', ['*/api/audit-logs/export'], async (request) => {
    const denied = deny(request)
    if (denied) return denied
    const body = await objectOf(request)
    if (!body) return invalidInput(['body'], 'Input should be a valid dictionary', 'dict_type')
    const wrong = ['from_date', 'to_date'].find((name) => !isTime(body[name]))
    if (wrong) return invalidInput(['body', wrong], 'Input should be a valid datetime', 'datetime_parsing')
    if (![undefined, null, 'or', 'and'].includes(body.search_operator as string)) {
      return invalidInput(['body', 'search_operator'], "Input should be 'or' or 'and'", 'enum')
    }
    // The key of the id is not documented: a client has to look for a UUID.
    return json({ export_job_id: core.put().id, status: 'pending' })
  })
  core.route('GET', ['*/api/audit-logs/export/:id'], (request, { id = '' }) => {
    core.beforeStatus(id.toLowerCase())
    return answerAbout(request, id, (job) => json(statusOf(job, request), 200, core.statusHeaders(job)))
  })
  core.route('GET', ['*/api/audit-logs/export/:id/download'], (request, { id = '' }) =>
    answerAbout(request, id, (job) =>
      core.moment(job).phase === 'completed'
        ? serveContent(request, fileOf(job.script, 'jsonl'), { type: 'application/json' })
        : json({ detail: 'Export job is not completed' }, 404),
    ),
  )
  core.route('all', ['*/anaconda/*', 'https://anaconda.com/*'], () => json({ detail: 'Not Found' }, 404))

  function deny(request: Request): Response | undefined {
    const token = bearerOf(request)
    const detail = token === undefined ? 'Not authenticated' : 'Invalid or expired token'
    if (!core.knows(request)) return json({ detail }, 401, { 'www-authenticate': 'Bearer' })
    const wanted = vendor.organization
    if (wanted === undefined || request.headers.get('x-org-name') === wanted) return undefined
    return json({ detail: 'Not a member of this organization' }, 403)
  }

  function answerAbout(request: Request, id: string, respond: (job: StoredExport) => Response): Response {
    const denied = deny(request)
    if (denied) return denied
    if (!uuid.test(id))
      return invalidInput(['path', 'job_id'], 'Input should be a valid uuid', 'uuid_parsing')
    return core.about(id.toLowerCase(), respond) ?? json({ detail: 'Export job not found' }, 404)
  }

  function statusOf(job: StoredExport, request: Request): unknown {
    const { phase, progress } = core.moment(job)
    const completed = phase === 'completed'
    const organization = request.headers.get('x-org-name') ?? ''
    return {
      id: job.id,
      org_id: uuid.test(organization) ? organization : someOrganization,
      status: phase === 'running' ? (job.script.status ?? 'running') : phase,
      progress: job.script.progress === false ? null : progress,
      total_records: completed ? (job.script.records ?? 3) : null,
      download_url: completed ? `/api/audit-logs/export/${job.id}/download` : null,
      error_message: reasonOf(job.script.error, phase),
      created_at: localTime(world.wall(job.startedAt)),
      completed_at: completed ? localTime(world.wall(job.finishedAt)) : null,
    }
  }

  return { vendor, routes: core.routes }
}

function reasonOf(error: string | undefined, phase: Moment['phase']): string | null {
  if (phase === 'failed') return error ?? 'Export job failed'
  return phase === 'canceled' ? (error ?? null) : null
}

function isTime(value: unknown): boolean {
  return (
    value === undefined || value === null || (typeof value === 'string' && !Number.isNaN(Date.parse(value)))
  )
}

/** Python's `isoformat()` of a naive time in UTC: no offset, six digits. */
function localTime(wall: number): string {
  return new Date(wall).toISOString().replace('Z', '000')
}

function tokenFailure(status: number, code: string, message: string): Response {
  return json({ error: { code, message, data: {} } }, status)
}
