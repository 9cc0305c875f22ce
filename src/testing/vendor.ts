import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Duration } from '../duration.ts'
import { answerFault, type Fault } from './faults.ts'
import { type JobScript, type Moment, momentAt, type TimeLine, timeLineOf } from './job-script.ts'
import { type MswHandler, requireMsw } from './msw.ts'

/** One request a simulated vendor received. */
export interface LoggedRequest {
  readonly vendor: string
  readonly method: string
  /** The path as it was sent, percent-encoding and all, without the query. */
  readonly path: string
  readonly url: string
  /** The status answered; `0` while unanswered, and for ever when hung or reset. */
  readonly status: number
  /** When it came, in milliseconds of the simulator's clock. */
  readonly at: number
  readonly headers: Headers
}

/** What all four simulated vendors have. `Ref` is what the client's `get` takes. */
export interface SimulatedVendor<Ref> {
  /** A bearer token that is accepted now. */
  readonly token: string
  /** Refuses every token so far with the vendor's own 401; `token` is a new one afterwards. */
  expireToken(): void
  /**
   * Puts an export there without going through the API.
   *
   * @param script - what it does. Default: it completes.
   * @returns what the client's `get` takes
   */
  add(script?: JobScript): Ref
  /** The next requests to this vendor, whichever they are, end so, in order, before anything else is looked at. */
  fail(...faults: Fault[]): void
  /**
   * What a client takes as `baseUrl`.
   *
   * @param origin - of the real server, from `listen()`. Without: the vendor's own URL, for use in process.
   */
  baseUrl(origin?: string): string
  /** The msw handlers of this vendor alone. */
  readonly handlers: MswHandler[]
}

/** A vendor whose API starts exports. */
export interface StartableVendor extends SimulatedVendor<string> {
  /** The script of the next export started through the API; called again, of the one after it. */
  next(script: JobScript): void
}

/** What the simulated vendors share. */
export interface World {
  readonly clock: Clock
  /** The simulated wall time, in milliseconds since 1970, of an instant of the clock; default now. */
  wall(at?: number): number
  readonly requests: LoggedRequest[]
  readonly defaults: { readonly pending: Duration; readonly running: Duration }
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

type Method = 'get' | 'post' | 'all'
type Resolve = (request: Request, params: Record<string, string>) => Response | Promise<Response>

/** The machinery under one vendor; it knows no vendor's words. */
export interface VendorCore {
  readonly exports: Map<string, SimulatedExport>
  /** Fails, when asked to, and logs; else answers with `resolve`. */
  route(method: Method, paths: string[], resolve: Resolve): MswHandler[]
  /** Starts an export; without a script by the next one in line. */
  put(script?: JobScript): SimulatedExport
  next(script: JobScript): void
  fail(...faults: Fault[]): void
  /** Where an export stands now. */
  moment(job: SimulatedExport): Moment
  /** To be called on each status call before its token is looked at: expires the token when the script says so. */
  beforeStatus(job: SimulatedExport | undefined, expireToken: () => void): void
  /** Counts an answered status call; gives the headers its 200 carries. */
  statusHeaders(job: SimulatedExport): Record<string, string>
}

/**
 * @param world - what the vendors share
 * @param vendor - the vendor's name in the log
 * @param newId - makes an id of the vendor's own kind. Default: a random uuid.
 * @returns the core of one vendor
 */
export function createVendorCore(world: World, vendor: string, newId: () => string = randomUUID): VendorCore {
  const { http } = requireMsw()
  const exports = new Map<string, SimulatedExport>()
  const faults: Fault[] = []
  const scripts: JobScript[] = []
  const now = () => world.clock.now()

  async function answer(request: Request, resolve: () => Response | Promise<Response>): Promise<Response> {
    const url = new URL(request.url)
    const entry = {
      vendor,
      method: request.method,
      path: url.pathname,
      url: request.url,
      status: 0,
      at: now(),
      headers: new Headers(request.headers),
    }
    world.requests.push(entry)
    const fault = faults.shift()
    const response = fault === undefined ? await resolve() : await answerFault(fault, request)
    entry.status = response.status
    if (response.type === 'error' || response.headers.has('date')) return response
    // The date of the simulated world: a client may measure a Retry-After date against it.
    const headers = new Headers(response.headers)
    headers.set('date', new Date(world.wall()).toUTCString())
    return new Response(response.body, {
      status: response.status,
      statusText: response.statusText,
      headers,
    })
  }

  return {
    exports,
    route: (method, paths, resolve) =>
      paths.map((path) =>
        http[method](path, ({ request, params }) =>
          answer(request, () => resolve(request, textParams(params))),
        ),
      ),
    put(script = scripts.shift() ?? {}) {
      const line = timeLineOf(script, world.defaults)
      const startedAt = now()
      const finishedAt = startedAt + line.pending + line.running
      const job = {
        id: script.id ?? newId(),
        script,
        line,
        startedAt,
        finishedAt,
        statusCalls: 0,
        tokenExpired: false,
      }
      exports.set(job.id, job)
      return job
    },
    next: (script) => void scripts.push(script),
    fail: (...more) => void faults.push(...more),
    moment: (job) => momentAt(job.line, now() - job.startedAt),
    beforeStatus(job, expireToken) {
      if (
        !job ||
        job.tokenExpired ||
        job.statusCalls < (job.script.unauthorizedAfter ?? Number.POSITIVE_INFINITY)
      )
        return
      job.tokenExpired = true
      expireToken()
    },
    statusHeaders(job) {
      job.statusCalls++
      return job.script.retryAfter === undefined ? {} : { 'retry-after': job.script.retryAfter }
    },
  }
}

function textParams(params: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]))
}
