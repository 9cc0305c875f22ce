import type { Fault } from './answers.ts'
import type { JobScript } from './job-script.ts'
import type { MswHandler } from './msw.ts'

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

/** What all simulated vendors have. `Ref` is what the client's `get` takes. */
export interface SimulatedVendor<Ref> {
  /** A token that is accepted now. */
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
  /**
   * The msw handlers of this vendor alone.
   *
   * @throws Error if msw, an optional peer, is not installed.
   */
  readonly handlers: MswHandler[]
}

/** A vendor whose API starts exports. */
export interface StartableVendor extends SimulatedVendor<string> {
  /** The script of the next export started through the API; called again, of the one after it. */
  next(script: JobScript): void
}
