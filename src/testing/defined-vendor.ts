import { type Duration, parseDuration } from '../duration.ts'
import { ConfigurationError } from '../errors.ts'
import type { ExportFormat } from '../job.ts'
import { createRateWindow, tokensOf } from './access.ts'
import { json, paramsOf, withHeaders } from './answers.ts'
import { contentTypes, createBucket, fileOf, serveContent } from './files.ts'
import type { ResolveRequest } from './route.ts'
import {
  createVendorCore,
  type Simulated,
  type StartableVendor,
  type StoredExport,
  type World,
} from './simulated-vendor.ts'

/** The state of a simulated export. */
export type SimulatedPhase = 'pending' | 'running' | 'completed' | 'failed' | 'canceled'

/** One export of a user's own vendor, as `respond` gets it. What is not known yet is absent. */
export interface SimulatedJob {
  readonly id: string
  readonly phase: SimulatedPhase
  /** The vendor's word for the phase, or the `status` of the script. */
  readonly status: string
  /** 0 to 100. */
  readonly progress: number
  readonly createdAt: Date
  readonly completedAt?: Date
  /** How many records its file has. */
  readonly records?: number
  /** Bytes. */
  readonly fileSize?: number
  /** A URL of its file on S3, signed anew for each request. */
  readonly fileUrl?: string
  /** When that URL expires. */
  readonly expiresAt?: Date
  /** Why it failed or was canceled. */
  readonly reason?: string
  /** The JSON or form that it was started with, if it was started through the API. */
  readonly params?: unknown
}

/** The API of a user's own vendor. The simulator does everything else. */
export interface VendorSimulation<Name extends string = string> {
  /** Its name: the simulator has the vendor under it. */
  readonly vendor: Name
  /** Its base URL. Default: `https://<vendor>.example`. */
  readonly baseUrl?: string
  /**
   * The path of the status, below the base URL: `/exports/{id}`. A method may precede each of these paths:
   * `POST /exports/{id}/state`. Default method: GET.
   */
  readonly status: string
  /** The path that starts an export. Default method: POST. */
  readonly start?: string
  /** The path that cancels an export. Default method: DELETE. */
  readonly cancel?: string
  /** The path of the file, if the vendor serves it itself. Otherwise it is at `fileUrl`. */
  readonly download?: string
  /** The vendor's words for the phases. Default: the names of the phases. */
  readonly statuses?: Readonly<Partial<Record<SimulatedPhase, string>>>
  /** The rate limit of each token. Default: none. */
  readonly rateLimit?: { readonly requests: number; readonly per: Duration }
  /** The format of the files. Default `'json'`. */
  readonly format?: ExportFormat
  /** Answers requests for the status, and those that start or cancel an export. A value other than a `Response` is sent as JSON. */
  respond(job: SimulatedJob, request: Request): unknown
  /** Answers all other requests, such as for a list or for the URL of a file. Undefined becomes a 404. */
  respondElse?(jobs: readonly SimulatedJob[], request: Request): unknown
}

/**
 * Simulates a user's own vendor. It accepts a token in any header.
 *
 * @throws ConfigurationError `invalid-option` for an invalid path.
 */
export function createDefinedVendor(world: World, simulation: VendorSimulation): Simulated<StartableVendor> {
  const { vendor, baseUrl = `https://${vendor}.example`, format = 'json', statuses, rateLimit } = simulation
  const core = createVendorCore(world, {
    vendor,
    baseUrl,
    mint: (serial) => `${vendor}-simulated-token-${serial}`,
  })
  const bucket = createBucket(world, vendor, baseUrl)
  const { requests, per } = rateLimit ?? { requests: Number.POSITIVE_INFINITY, per: 1 }
  const limit = createRateWindow(() => requests, parseDuration(per, 'per'), world.clock.now)
  /** The parameters that each export was started with. */
  const started = new Map<string, unknown>()

  const respond = (job: StoredExport, request: Request, status?: number): Promise<Response> =>
    answerOf(() => simulation.respond(describe(job, request), request), status)

  route(simulation.start, 'POST', async (request) => {
    const job = core.put()
    started.set(job.id, await paramsOf(request))
    return respond(job, request, 201)
  })
  routeAbout(simulation.status, 'GET', async (job, request) =>
    withHeaders(await respond(job, request), core.statusHeaders(job)),
  )
  routeAbout(simulation.cancel, 'DELETE', (job, request) => respond(core.cancel(job), request))
  routeAbout(simulation.download, 'GET', (job, request) => {
    if (core.moment(job).phase !== 'completed') return failure(404, 'There is no file yet')
    return serveContent(request, fileOf(job.script, format), {
      type: contentTypes[format],
      fileName: `${vendor}-${job.id}.${format}`,
      etag: `"${job.id}"`,
      ranges: true,
    })
  })
  core.route('GET', [bucket.path], bucket.serve)
  core.route('all', [`*/${vendor}/*`, `${new URL(baseUrl).origin}/*`], async (request) => {
    const described = core.known().map((job) => describe(job, request))
    return deny(request) ?? answerOf(() => simulation.respondElse?.(described, request))
  })
  return { vendor: core.vendor({}), routes: core.routes }

  function route(template: string | undefined, method: string, resolve: ResolveRequest): void {
    if (template === undefined) return
    const [, ownMethod = method, path] = /^(?:([A-Z]+) )?(\/[^\s?]*)$/.exec(template) ?? []
    if (path === undefined) {
      const message = `The ${vendor} simulation has the invalid path "${template}". Write it as "/exports/{id}".`
      throw new ConfigurationError('invalid-option', message, vendor)
    }
    const pattern = path.replace(/\{(\w+)\}/g, ':$1')
    const { pathname } = new URL(baseUrl)
    const bases = [baseUrl, `*/${vendor}${pathname}`].map((base) => base.replace(/\/$/, ''))
    core.route(
      ownMethod,
      bases.map((base) => base + pattern),
      (request, params) => {
        if (params.id !== undefined) core.beforeStatus(params.id)
        return deny(request) ?? resolve(request, params)
      },
    )
  }

  function routeAbout(
    template: string | undefined,
    method: string,
    answer: (job: StoredExport, request: Request) => Response | Promise<Response>,
  ): void {
    route(
      template,
      method,
      (request, { id = '' }) => core.about(id, (job) => answer(job, request)) ?? failure(404, 'Not Found'),
    )
  }

  function deny(request: Request): Response | undefined {
    const token = tokensOf(request).find((each) => core.tokens.accepts(each))
    if (token === undefined) return failure(401, 'Unauthorized')
    const { allowed, reset } = limit(token)
    return allowed ? undefined : failure(429, 'Too Many Requests', { 'retry-after': String(reset) })
  }

  function describe(job: StoredExport, request: Request): SimulatedJob {
    const { phase, progress } = core.moment(job) as { phase: SimulatedPhase; progress: number }
    const { script } = job
    const word = statuses?.[phase] ?? phase
    const params = started.get(job.id)
    const { error = phase === 'failed' ? 'The export failed.' : undefined } = script
    const hasEnded = phase === 'failed' || phase === 'canceled'
    return {
      id: job.id,
      phase,
      status: phase === 'running' ? (script.status ?? word) : word,
      progress,
      createdAt: new Date(world.wall(job.startedAt)),
      ...(phase === 'completed' && fileFields(job, request)),
      ...(hasEnded && error !== undefined && { reason: error }),
      ...(params !== undefined && { params }),
    }
  }

  function fileFields(job: StoredExport, request: Request) {
    const { url, expiresAt } = bucket.presign(request, job, format)
    return {
      completedAt: new Date(world.wall(job.finishedAt)),
      records: job.script.records ?? 3,
      fileSize: Buffer.byteLength(fileOf(job.script, format)),
      fileUrl: url,
      expiresAt,
    }
  }
}

function failure(status: number, error: string, headers?: Record<string, string>): Response {
  return json({ error }, status, headers)
}

/** The answer of a user's function. An error in it becomes the answer, as a client would hide what `fetch` throws. */
async function answerOf(give: () => unknown, status = 200): Promise<Response> {
  try {
    const answer = await give()
    if (answer === undefined) return failure(404, 'Not Found')
    return answer instanceof Response ? answer : json(answer, status)
  } catch (error) {
    return failure(500, `The simulation itself failed. ${error}`)
  }
}
