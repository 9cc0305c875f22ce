import type { ExportClient } from '../../client.ts'
import type { TokenRequest } from '../../http/client-options.ts'
import { assertOption, copyOwn } from '../../internal/options.ts'
import type { ExportJob } from '../../job.ts'
import { answerChecks } from './check-answers.ts'
import { downloadChecks } from './check-downloads.ts'
import { jobChecks } from './check-job.ts'
import { badIds, cancelChecks, requestChecks, startChecks } from './check-requests.ts'
import { secretChecks } from './check-secrets.ts'
import { signalChecks } from './check-signals.ts'
import { createTrial } from './trial.ts'

/** What {@link conformance} needs to know about a client. */
export interface ConformanceOptions<Ref, Job extends ExportJob = ExportJob> {
  /**
   * Creates a client that sends its requests with this `fetch` and gets its credential from this `token`. A client that
   * cannot take a token function uses a credential of its own, to be listed in `secrets`.
   */
  createClient(
    fetch: typeof globalThis.fetch,
    credentials: { readonly token: (request: TokenRequest) => string },
  ): ExportClient<Ref, Job>
  /** Answers as the vendor does when nothing fails, downloads included: for example a simulator's `fetch`. */
  respond(request: Request): Response | Promise<Response>
  /**
   * One export in each state that `respond` can show. `missing` is one that the vendor does not know. `unknown` is one
   * with an undocumented status, needed only where the status does not appear literally in the answer.
   */
  readonly refs: {
    readonly pending?: Ref
    readonly running?: Ref
    readonly completed: Ref
    readonly failed?: Ref
    readonly canceled?: Ref
    readonly expired?: Ref
    readonly unknown?: Ref
    readonly missing?: Ref
  }
  /** Parameters for `start`, if the client has it. Without them, `start` is not checked. */
  readonly params?: unknown
  /** Returns a credential that `respond` accepts now. Default: one of the suite, for a `respond` that accepts any. */
  readonly token?: () => string
  /** Further credentials of the client, which must not be shown either. */
  readonly secrets?: readonly string[]
  /** Refs that must be refused before any request. Default: `refs.completed` with each of its ids replaced by each of {@link badIds}. */
  readonly badRefs?: readonly Ref[]
}

/** One check: `test(check.name, check.run)` in any test runner. */
export interface Check {
  /** The promise that it checks. */
  readonly name: string
  /** Rejects with an Error that says how the promise is broken. */
  run(): Promise<void>
}

/**
 * Checks that a client keeps the promises of this package: for clients of your own vendors. The checks open no
 * connection, need no msw, and take a second or two in all. One of them adds properties to `Object.prototype` for some
 * milliseconds: run nothing else in the same process meanwhile.
 *
 * @param options - see {@link ConformanceOptions}
 * @returns the checks, independent of each other and of any test runner. Those of `openDownload` and `cancel` are there
 * only if the client has these methods, those of `start` only with `params`.
 * @throws ConfigurationError `invalid-option` if `createClient`, `respond` or `refs.completed` is missing.
 *
 * @example
 * ```ts
 * const checks = conformance({
 *   createClient: (fetch, { token }) => createAcmeClient({ fetch, token }),
 *   respond: (request) => Response.json({ id: idIn(request.url), state: 'done' }),
 *   refs: { completed: 'e1' },
 * })
 * for (const { name, run } of checks) test(name, run)
 * ```
 */
export function conformance<Ref, Job extends ExportJob>(options: ConformanceOptions<Ref, Job>): Check[] {
  const { createClient, respond, refs } = copyOwn(options)
  const isWhole = typeof createClient === 'function' && typeof respond === 'function'
  assertOption(
    isWhole && copyOwn(refs).completed !== undefined,
    'conformance takes { createClient, respond, refs }: two functions, and at least the ref of a completed export.',
  )
  const trial = createTrial(options)
  const badRefs = options.badRefs ?? badRefsFrom(options.refs.completed)
  const { client } = trial.createClient()
  const checks = {
    ...jobChecks(trial),
    ...answerChecks(trial),
    ...requestChecks(trial, badRefs),
    ...signalChecks(trial),
    ...secretChecks(trial),
    ...('start' in client && options.params !== undefined ? startChecks(trial) : {}),
    ...('cancel' in client ? cancelChecks(trial, badRefs) : {}),
    ...('openDownload' in client ? downloadChecks(trial, badRefs) : {}),
  }
  return Object.entries(checks).map(([name, run]) => ({ name, run: async () => void (await run()) }))
}

/** Copies of a ref, each with one id replaced by an invalid one. */
function badRefsFrom<Ref>(ref: Ref): Ref[] {
  if (typeof ref === 'string') return badIds as readonly unknown[] as Ref[]
  if (typeof ref !== 'object' || ref === null) return []
  const names = Object.entries(ref).filter(([, id]) => typeof id === 'string')
  return names.flatMap(([name]) => badIds.map((id) => ({ ...ref, [name]: id })))
}
