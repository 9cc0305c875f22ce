import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Duration } from '../duration.ts'
import { bearerOf, createTokenStore, type TokenStore } from './access.ts'
import { answerFault, checkFault, type Fault, withHeaders } from './answers.ts'
import {
  checkScript,
  type JobScript,
  type Moment,
  momentAt,
  type TimeLine,
  timeLineOf,
} from './job-script.ts'
import { toHandlers } from './msw.ts'
import { createRoute, type ResolveRequest, type Route } from './route.ts'
import type { LoggedRequest, StartableVendor } from './simulated-vendor.ts'

/** What the simulated vendors share. */
export interface World {
  readonly clock: Clock
  /** The simulated wall time, in milliseconds since 1970, of an instant of the clock; default now. */
  wall(at?: number): number
  readonly requests: LoggedRequest[]
  readonly defaults: { readonly pending: Duration; readonly running: Duration }
}

/** A simulated vendor, and the requests that it answers. */
export interface Simulated<Vendor> {
  readonly vendor: Vendor
  readonly routes: readonly Route[]
}

/** One export as the simulator keeps it. */
export interface SimulatedExport {
  readonly id: string
  readonly script: JobScript
  readonly line: TimeLine
  /** Instant of the clock. */
  readonly startedAt: number
  /** Instant of the clock. */
  readonly finishedAt: number
  statusCalls: number
  tokenExpired: boolean
}

/** What is particular to a vendor's machinery. */
export interface VendorSetup {
  /** Its name in the log, and in the path behind a real port. */
  readonly vendor: string
  /** Its own base URL. */
  readonly baseUrl: string
  /** Makes the token of a serial number. */
  readonly mint: (serial: number) => string
  /** Makes an id of the vendor's own kind. Default: a random uuid. */
  readonly newId?: () => string
}

/** The machinery under one vendor; it knows no vendor's words. */
export interface VendorCore {
  readonly tokens: TokenStore
  readonly exports: Map<string, SimulatedExport>
  /** In the order in which they are tried. */
  readonly routes: Route[]
  /** What every vendor has, with what this one has besides. */
  vendor<Own extends object>(own: Own): Own & Omit<StartableVendor, keyof Own>
  /** Fails, when asked to, and logs; else answers with `resolve`. `*` is anything, `:name` one segment. */
  route(method: string, paths: readonly string[], resolve: ResolveRequest): void
  /** Whether the request has a bearer token that is accepted now. */
  knows(request: Request): boolean
  /** An export that the vendor knows by now. */
  find(id: string): SimulatedExport | undefined
  /** Starts an export; without a script by the next one in line. */
  put(script?: JobScript): SimulatedExport
  /** Ends an export that has not ended yet. */
  cancel(job: SimulatedExport): void
  /** Where an export stands now. */
  moment(job: SimulatedExport): Moment
  /** To be called on each status call before its token is looked at: expires the token when the script says so. */
  beforeStatus(id: string, expireToken?: () => void): void
  /** Counts an answered status call; gives the headers its 200 carries. */
  statusHeaders(job: SimulatedExport): Record<string, string>
}

/**
 * @param world - what the vendors share
 * @param setup - see {@link VendorSetup}
 * @returns the core of one vendor
 */
export function createVendorCore(world: World, { vendor, baseUrl, mint, newId }: VendorSetup): VendorCore {
  const exports = new Map<string, SimulatedExport>()
  const routes: Route[] = []
  const faults: Fault[] = []
  const scripts: JobScript[] = []
  const now = () => world.clock.now()
  const tokens = createTokenStore(mint, now)
  const expireToken = tokens.expire

  async function answer(request: Request, resolve: () => Response | Promise<Response>): Promise<Response> {
    const { method, url } = request
    const path = new URL(url).pathname
    const entry = { vendor, method, path, url, status: 0, at: now(), headers: new Headers(request.headers) }
    world.requests.push(entry)
    const fault = faults.shift()
    const response = fault === undefined ? await resolve() : await answerFault(fault, request)
    entry.status = response.status
    if (response.type === 'error' || response.headers.has('date')) return response
    // The date of the simulated world: a client may measure a Retry-After date against it.
    return withHeaders(response, { date: new Date(world.wall()).toUTCString() })
  }

  const core: VendorCore = {
    tokens,
    exports,
    routes,
    vendor<Own extends object>(own: Own) {
      const common: StartableVendor = {
        get token() {
          return tokens.current
        },
        expireToken,
        add: (script = {}) => core.put(script).id,
        next: (script) => void scripts.push(checkScript(script)),
        fail: (...more) => void faults.push(...more.map(checkFault)),
        baseUrl: (origin) =>
          origin === undefined
            ? baseUrl
            : `${origin}/${vendor}${new URL(baseUrl).pathname}`.replace(/\/$/, ''),
        get handlers() {
          return toHandlers(routes)
        },
      }
      const all = { ...Object.getOwnPropertyDescriptors(common), ...Object.getOwnPropertyDescriptors(own) }
      return Object.defineProperties({}, all) as Own & Omit<StartableVendor, keyof Own>
    },
    route(method, paths, resolve) {
      for (const path of paths) {
        routes.push(
          createRoute(method, path, (request, params) => answer(request, () => resolve(request, params))),
        )
      }
    },
    knows: (request) => tokens.accepts(bearerOf(request)),
    find(id) {
      const job = exports.get(id)
      return job && core.moment(job).phase !== 'missing' ? job : undefined
    },
    put(script = scripts.shift() ?? {}) {
      const line = timeLineOf(script, world.defaults)
      const startedAt = now()
      const finishedAt = startedAt + line.pending + line.running
      const id = script.id ?? (newId ?? randomUUID)()
      const job = { id, script, line, startedAt, finishedAt, statusCalls: 0, tokenExpired: false }
      exports.set(id, job)
      return job
    },
    cancel(job) {
      const age = now() - job.startedAt
      const pending = Math.min(job.line.pending, age)
      const line: TimeLine = { ...job.line, pending, running: age - pending, outcome: 'canceled' }
      if (now() < job.finishedAt || job.line.outcome === 'stuck')
        exports.set(job.id, { ...job, line, finishedAt: now() })
    },
    moment: (job) => momentAt(job.line, now() - job.startedAt),
    beforeStatus(id, expire = expireToken) {
      const job = exports.get(id)
      const { unauthorizedAfter = Number.POSITIVE_INFINITY } = job?.script ?? {}
      if (!job || job.tokenExpired || job.statusCalls < unauthorizedAfter) return
      job.tokenExpired = true
      expire()
    },
    statusHeaders(job) {
      job.statusCalls++
      return job.script.retryAfter === undefined ? {} : { 'retry-after': job.script.retryAfter }
    },
  }
  return core
}
