import { inspect } from 'node:util'
import type { GetOptions } from '../../client.ts'
import { type ExportJobsError, isExportJobsError } from '../../errors.ts'
import type { TokenRequest } from '../../http/client-options.ts'
import type { DownloadableClient } from '../../http/download.ts'
import { raceAbort } from '../../internal/abort.ts'
import { copyOwn } from '../../internal/options.ts'
import type { ExportJob } from '../../job.ts'
import { createInProcessFetch } from '../transports.ts'
import type { ConformanceOptions } from './conformance.ts'

/**
 * Answers a request of the client under test. `real` asks the vendor, `nth` counts the requests of the client from 0,
 * `secrets` are its credentials.
 */
export type Answer = (
  request: Request,
  real: () => Promise<Response>,
  nth: number,
  secrets: readonly string[],
) => Response | Promise<Response>

/** A client under test, and what it did. */
export interface ClientUnderTest<Ref> {
  readonly client: DownloadableClient<Ref, ExportJob> & {
    start?(params: unknown): Promise<unknown>
    cancel?(ref: Ref): Promise<void>
  }
  readonly sent: Request[]
  readonly tokens: TokenRequest[]
  /** The credentials that it got so far. */
  readonly secrets: readonly string[]
  /** `client.get` without retries, limited to five seconds. */
  get(ref: Ref, options?: GetOptions): Promise<ExportJob>
}

/** The client and the vendor of a conformance run. */
export interface Trial<Ref> {
  readonly refs: ConformanceOptions<Ref>['refs']
  readonly params: unknown
  /** Whether the client uses credentials of its own. */
  readonly hasOwnSecrets: boolean
  /** Creates a client. By default the vendor answers its requests. */
  createClient(answer?: Answer): ClientUnderTest<Ref>
}

/** Checks by the promise that each checks. A check rejects with an Error that says how the promise is broken. */
export type Checks = Record<string, () => Promise<unknown>>

/** Prepares a conformance run. */
export function createTrial<Ref, Job extends ExportJob>(options: ConformanceOptions<Ref, Job>): Trial<Ref> {
  const { refs, secrets: ownSecrets, token, params } = options
  return {
    refs,
    params,
    hasOwnSecrets: ownSecrets !== undefined,
    createClient(answer = (_, real) => real()) {
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
      const client = options.createClient(fetch, credentials) as unknown as ClientUnderTest<Ref>['client']
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

/**
 * @param holds - whether the promise of the client is kept
 * @param otherwise - how it is broken, if it is
 * @throws Error with that text.
 */
export function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise)
}

const limit = 5_000

/** The promise, which has to settle within five seconds. */
export const settled = <Value>(promise: Promise<Value>): Promise<Value> =>
  raceAbort(promise, {
    limit: { ms: limit, timeoutError: () => new Error(`it did not settle within ${limit} ms`) },
  })

/** What a promise rejects with; it must reject. */
export const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  settled(promise).then(
    (value) => {
      const { status } = Object(value)
      const what = status === undefined ? '' : ` with a ${status} job`
      throw new Error(`it resolved${what}, and should have rejected`)
    },
    (error: unknown) => error,
  )

/** The error that a promise rejects with. It must be one of this package, with one of these codes. */
export async function refusal(promise: Promise<unknown>, ...codes: string[]): Promise<ExportJobsError> {
  const error = await rejection(promise)
  if (!isExportJobsError(error))
    throw new Error(`rejected with ${nameOfThrown(error)}, which is no error of export-jobs`)
  expect(
    codes.includes(error.code),
    `rejected with the code '${error.code}', not with '${codes.join("' or '")}'`,
  )
  return error
}

/** Checks that a call refuses each of these refs before any request. */
export async function refusesRefs<Ref>(
  trial: Trial<Ref>,
  badRefs: readonly Ref[],
  call: (tested: ClientUnderTest<Ref>, ref: Ref) => Promise<unknown> | undefined,
): Promise<void> {
  for (const ref of badRefs) {
    const tested = trial.createClient()
    const error = await rejection(Promise.resolve(call(tested, ref)))
    expect(tested.sent.length === 0, `with the ref ${inspect(ref)}, a request was sent`)
    const isRefused = isExportJobsError(error) && error.code === 'invalid-ref'
    expect(
      isRefused,
      `with the ref ${inspect(ref)}, it rejected with ${nameOfThrown(error)}, not as invalid-ref`,
    )
  }
}

/** Where redirects lead that no client may follow. */
export const elsewhere = 'https://elsewhere.example'

/** Checks that a call whose answer redirects to {@link elsewhere} fails, and sends nothing there. */
export async function refusesRedirect<Ref>(
  { sent }: ClientUnderTest<Ref>,
  call: Promise<unknown>,
): Promise<void> {
  const outcome = await call.catch((error: unknown) => error)
  expect(!sent.some(({ url }) => url.startsWith(elsewhere)), 'the redirect was followed')
  await refusal(Promise.reject(outcome), 'redirect')
}

/** What was thrown, in a few words. */
export const nameOfThrown = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 200) : `the value ${String(error)}`
