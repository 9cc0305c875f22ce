import type { ExportClient, GetOptions } from '../../client.ts'
import { type ExportJobsError, isExportJobsError } from '../../errors.ts'
import type { TokenRequest } from '../../http/client-options.ts'
import type { DownloadableClient } from '../../http/download.ts'
import { raceAbort } from '../../internal/abort.ts'
import { copyOwn } from '../../internal/options.ts'
import type { ExportJob } from '../../job.ts'
import { createInProcessFetch } from '../in-process-fetch.ts'
import { expect } from './check-job.ts'
import { type Place, withValue } from './places.ts'

/** What {@link conformance} needs to know about a client. */
export interface ConformanceOptions<Ref, Job extends ExportJob = ExportJob> {
  /**
   * Makes a client that sends its requests with this `fetch`, and gets its credential from this `token`. Where it
   * cannot take a function it brings a credential of its own, which `secrets` then names.
   */
  createClient(
    fetch: typeof globalThis.fetch,
    credentials: { readonly token: (request: TokenRequest) => string },
  ): ExportClient<Ref, Job>
  /** Plays the vendor when all goes well, its files too: for example a simulator's `fetch`. */
  respond(request: Request): Response | Promise<Response>
  /**
   * One export in each state that `respond` can show. `missing` is one that the vendor does not know; `unknown` one
   * whose status nobody has documented, needed only where the word for the status is not in the answer as it is.
   */
  refs: {
    pending?: Ref
    running?: Ref
    completed: Ref
    failed?: Ref
    canceled?: Ref
    expired?: Ref
    unknown?: Ref
    missing?: Ref
  }
  /** What `start` is given, where the client has it: without, starting is not tried. */
  params?: unknown
  /** A credential that `respond` accepts now. Default: one of its own, for a `respond` that accepts any. */
  token?: () => string
  /** Credentials of the client beside the `token`: nothing may show them either. */
  secrets?: readonly string[]
  /** Refs to be refused before any request. Default: `refs.completed`, with each of its ids in turn one of {@link badIds}. */
  badRefs?: readonly Ref[]
}

/**
 * Answers a request of the client under test; `real` asks the vendor, `nth` counts the requests of the client from 0,
 * `secrets` are the credentials that it has.
 */
export type Answer = (
  request: Request,
  real: () => Promise<Response>,
  nth: number,
  secrets: readonly string[],
) => Response | Promise<Response>

/** A client under test, and what it did. */
export interface Subject<Ref> {
  readonly client: DownloadableClient<Ref, ExportJob> & {
    start?(params: unknown): Promise<unknown>
    cancel?(ref: Ref): Promise<void>
  }
  readonly sent: Request[]
  readonly tokens: TokenRequest[]
  /** The credentials that it has got so far. */
  readonly secrets: readonly string[]
  /** As `client.get`, without retries; it has to settle within five seconds. */
  get(ref: Ref, options?: GetOptions): Promise<ExportJob>
}

/** A client and its vendor, to be tried. */
export interface Trial<Ref> {
  readonly refs: ConformanceOptions<Ref>['refs']
  readonly params: unknown
  /** Whether the client uses credentials of its own. */
  readonly hasOwnSecrets: boolean
  /** A new client. Default: the vendor answers. */
  subject(answer?: Answer): Subject<Ref>
}

/** Prepares the trial of a client. */
export function createTrial<Ref, Job extends ExportJob>(options: ConformanceOptions<Ref, Job>): Trial<Ref> {
  const { refs, secrets: ownSecrets, token, params } = options
  return {
    refs,
    params,
    hasOwnSecrets: ownSecrets !== undefined,
    subject(answer = (_, real) => real()) {
      const sent: Request[] = []
      const tokens: TokenRequest[] = []
      const secrets = [...(ownSecrets ?? [])]
      let mistake: Error | undefined
      const fetch = createInProcessFetch((request) => {
        sent.push(request)
        const real = async () => {
          try {
            return await options.respond(request.clone())
          } catch (error) {
            mistake ??= new Error(`respond itself failed: ${nameOfThrown(error)}`, { cause: error })
            throw mistake
          }
        }
        return answer(request, real, sent.length - 1, secrets)
      })
      const credentials = {
        token(request: TokenRequest) {
          tokens.push(request)
          const given =
            token?.() ?? (request.refresh ? 'conformance-credential-renewed' : 'conformance-credential')
          if (!secrets.includes(given)) secrets.push(given)
          return given
        },
      }
      const client = options.createClient(fetch, credentials) as unknown as Subject<Ref>['client']
      return {
        client,
        sent,
        tokens,
        secrets,
        get: (ref, options) =>
          settled(client.get(ref, { retries: 0, ...copyOwn(options) })).catch((error: unknown) => {
            throw mistake ?? error
          }),
      }
    },
  }
}

const patience = 5_000

/** The promise, which has to settle within five seconds. */
export const settled = <Value>(promise: Promise<Value>): Promise<Value> =>
  raceAbort(promise, {
    limit: { ms: patience, timeoutError: () => new Error(`it did not settle within ${patience} ms`) },
  })

/** What a promise rejects with. */
export const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  settled(promise).then(
    (value) => expect(false, `it resolved${statusOf(value)}, and should have rejected`),
    (error: unknown) => error,
  )

const statusOf = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'status' in value ? ` with a ${value.status} job` : ''

/** The error that a promise rejects with, which must be one of this package and have one of these codes. */
export async function refusal(
  promise: Promise<unknown>,
  ...codes: readonly string[]
): Promise<ExportJobsError> {
  const error = await rejection(promise)
  if (!isExportJobsError(error))
    throw new Error(`rejected with ${nameOfThrown(error)}, which is no error of export-jobs`)
  expect(
    codes.includes(error.code),
    `rejected with the code '${error.code}', not with '${codes.join("' or '")}'`,
  )
  return error
}

/** What was thrown, in a few words. */
export const nameOfThrown = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 200) : `the value ${String(error)}`

/** An answer as the vendor gives it, but with another value, or none, in some places. */
export function changed(places: readonly Place[], to: (place: Place) => unknown): Answer {
  return async (_, real, nth) => {
    const response = await real()
    const here = places.filter(({ answer }) => answer === nth)
    if (here.length === 0) return response
    const value = here.reduce(
      (root, place) => withValue(root, place.path, to(place)),
      (await response.json()) as unknown,
    )
    return remade(response, JSON.stringify(value))
  }
}

/** The same answer with another body. */
export function remade(response: Response, body: BodyInit, more: Record<string, string> = {}): Response {
  const headers = new Headers(response.headers)
  for (const name of ['content-length', 'content-encoding']) headers.delete(name)
  for (const [name, value] of Object.entries(more)) headers.set(name, value)
  return new Response(body, { status: response.status, headers })
}
