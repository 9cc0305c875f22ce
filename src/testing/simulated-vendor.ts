import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Duration } from '../duration.ts'
import { bearerOf, createTokenStore } from './access.ts'
import { answerFault, checkFault, type Fault, withHeaders } from './answers.ts'
import { checkScript, type JobScript, momentAt, type TimeLine, timeLineOf } from './job-script.ts'
import { createRoute, type ResolveRequest, type Route } from './route.ts'
import { type MswHandler, toHandlers } from './transports.ts'

/** A request that a simulated vendor received. */
export interface LoggedRequest {
  readonly vendor: string
  readonly method: string
  /** The path as it was sent, percent-encoded, without the query. */
  readonly path: string
  readonly url: string
  /** The status of the answer; `0` until it is answered, and if it hangs or is reset. */
  readonly status: number
  /** When it arrived, in milliseconds of the simulator's clock. */
  readonly at: number
  readonly headers: Headers
}

/** A simulated vendor. `Ref` is what the client's `get` takes. */
export interface SimulatedVendor<Ref> {
  /** A token that is accepted now. */
  readonly token: string
  /** Expires all tokens: requests with them get the vendor's own 401. `token` is a new one afterwards. */
  expireToken(): void
  /**
   * Adds an export without a request to the API.
   *
   * @param script - how it behaves. Default: it completes.
   * @returns what the client's `get` takes
   */
  add(script?: JobScript): Ref
  /** Makes the next requests to this vendor fail, in order, whatever they ask for and whether or not they are authorized. */
  fail(...faults: Fault[]): void
  /**
   * What a client takes as `baseUrl`.
   *
   * @param origin - of the server, from `listen()`. Default: the vendor's own URL, for use in process.
   */
  baseUrl(origin?: string): string
  /**
   * The msw handlers of only this vendor.
   *
   * @throws Error if msw, an optional peer, is not installed.
   */
  readonly handlers: MswHandler[]
}

/** A vendor whose API starts exports. */
export interface StartableVendor extends SimulatedVendor<string> {
  /** Sets the script of the next export that is started through the API; a second call sets that of the one after it. */
  next(script: JobScript): void
}

/** What the simulated vendors share. */
export interface World {
  readonly clock: Clock
  /** The simulated wall time, in milliseconds since 1970, at an instant of the clock. Default: now. */
  wall(at?: number): number
  readonly requests: LoggedRequest[]
  readonly defaults: { readonly pending: Duration; readonly running: Duration }
}

/** A simulated vendor and its routes. */
export interface Simulated<Vendor> {
  readonly vendor: Vendor
  readonly routes: readonly Route[]
}

/** One export that the simulator stores. */
export interface StoredExport {
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

interface VendorSetup {
  /** The name in the log, and in the path on the server. */
  readonly vendor: string
  readonly baseUrl: string
  /** Creates a token from a serial number. */
  readonly mint: (serial: number) => string
  /** Creates an id. Default: a random UUID. */
  readonly newId?: () => string
}

/** Creates the core of a simulated vendor: its exports, tokens, faults and log. The vendor adds its API as routes. */
export function createVendorCore(world: World, { vendor, baseUrl, mint, newId = randomUUID }: VendorSetup) {
  const exports = new Map<string, StoredExport>()
  const routes: Route[] = []
  const faults: Fault[] = []
  const scripts: JobScript[] = []
  const now = () => world.clock.now()
  const tokens = createTokenStore(mint, now)

  async function answer(request: Request, resolve: () => Response | Promise<Response>): Promise<Response> {
    const { method, url } = request
    const path = new URL(url).pathname
    const entry = { vendor, method, path, url, status: 0, at: now(), headers: new Headers(request.headers) }
    world.requests.push(entry)
    const fault = faults.shift()
    const response = fault === undefined ? await resolve() : await answerFault(fault, request)
    entry.status = response.status
    if (response.type === 'error' || response.headers.has('date')) return response
    // The simulated date: a client may compare a Retry-After date with it.
    return withHeaders(response, { date: new Date(world.wall()).toUTCString() })
  }

  /** Adds an export; without a script by that of `next`. */
  function put(script = scripts.shift() ?? {}): StoredExport {
    const line = timeLineOf(script, world.defaults)
    const startedAt = now()
    const finishedAt = startedAt + line.pending + line.running
    const id = script.id ?? newId()
    const job = { id, script, line, startedAt, finishedAt, statusCalls: 0, tokenExpired: false }
    exports.set(id, job)
    return job
  }

  /** The phase and the progress of an export now. */
  const moment = (job: StoredExport) => momentAt(job.line, now() - job.startedAt)

  return {
    tokens,
    exports,
    /** In the order in which they are tried. */
    routes,
    put,
    moment,
    /** What every simulated vendor has, and what only this one has. */
    vendor<Own extends object>(own: Own): Own & Omit<StartableVendor, keyof Own> {
      const common: StartableVendor = {
        get token() {
          return tokens.current
        },
        expireToken: tokens.expire,
        add: (script = {}) => put(script).id,
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
    /** Adds routes that log each request, and answer it with the next fault or with `resolve`. */
    route(method: string, paths: readonly string[], resolve: ResolveRequest): void {
      for (const path of paths) {
        routes.push(
          createRoute(method, path, (request, params) => answer(request, () => resolve(request, params))),
        )
      }
    },
    /** Whether the request has a bearer token that is accepted now. */
    knows: (request: Request): boolean => tokens.accepts(bearerOf(request)),
    /** The exports that the vendor knows by now. */
    known: (): StoredExport[] => [...exports.values()].filter((job) => moment(job).phase !== 'missing'),
    /** Calls `respond` with the export, unless the vendor does not know it yet. */
    about<Answer>(id: string, respond: (job: StoredExport) => Answer): Answer | undefined {
      const job = exports.get(id)
      return job && moment(job).phase !== 'missing' ? respond(job) : undefined
    },
    /** Cancels an export, unless it has ended; returns it as it is then. */
    cancel(job: StoredExport): StoredExport {
      if (now() >= job.finishedAt && job.line.outcome !== 'stuck') return job
      const age = now() - job.startedAt
      const pending = Math.min(job.line.pending, age)
      const line: TimeLine = { ...job.line, pending, running: age - pending, outcome: 'canceled' }
      const canceled = { ...job, line, finishedAt: now() }
      exports.set(job.id, canceled)
      return canceled
    },
    /** Expires the token if the script says so; called on each status request, before its token is checked. */
    beforeStatus(id: string, expireToken: () => void = tokens.expire): void {
      const job = exports.get(id)
      const { unauthorizedAfter = Number.POSITIVE_INFINITY } = job?.script ?? {}
      if (!job || job.tokenExpired || job.statusCalls < unauthorizedAfter) return
      job.tokenExpired = true
      expireToken()
    },
    /** Counts an answered status request, and returns the headers of its answer. */
    statusHeaders(job: StoredExport): Record<string, string> {
      job.statusCalls++
      return job.script.retryAfter === undefined ? {} : { 'retry-after': job.script.retryAfter }
    },
  }
}
