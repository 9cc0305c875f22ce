import { assertOption, copyOwn } from '../../internal/options.ts'
import type { ExportJob } from '../../job.ts'
import { answerChecks } from './check-answers.ts'
import { downloadChecks } from './check-downloads.ts'
import { badIds, requestChecks } from './check-requests.ts'
import { secretChecks } from './check-secrets.ts'
import { signalChecks } from './check-signals.ts'
import { cancelChecks, startChecks } from './check-start.ts'
import { type ConformanceOptions, createTrial } from './trial.ts'

/** One check: `test(check.name, check.run)` in any test runner. */
export interface Check {
  /** The promise it tries. */
  readonly name: string
  /** Rejects with an Error that says how the promise is broken. */
  run(): Promise<void>
}

/**
 * The promises that every client makes, as checks: for whoever has made a client of a vendor of their own. They send
 * nothing, need no msw, and take a second or two in all. One of them adds to `Object.prototype` for some
 * milliseconds: run nothing else in the same process at the same time.
 *
 * @param options - see {@link ConformanceOptions}
 * @returns the checks; independent of each other and of any test runner. Those of `openDownload` and `cancel` only where the client
 * has them, those of `start` only with `params`.
 * @throws ConfigurationError `invalid-option` without what it needs.
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
  const badRefs = options.badRefs ?? spoilt(options.refs.completed)
  const { client } = trial.subject()
  return [
    ...answerChecks(trial),
    ...requestChecks(trial, badRefs),
    ...signalChecks(trial),
    ...secretChecks(trial),
    ...('start' in client && options.params !== undefined ? startChecks(trial) : []),
    ...('cancel' in client ? cancelChecks(trial, badRefs) : []),
    ...('openDownload' in client ? downloadChecks(trial, badRefs) : []),
  ]
}

/** A ref with each of its ids in turn one that no client may send. */
function spoilt<Ref>(ref: Ref): Ref[] {
  if (typeof ref === 'string') return badIds as readonly unknown[] as Ref[]
  if (typeof ref !== 'object' || ref === null) return []
  const names = Object.entries(ref).filter(([, id]) => typeof id === 'string')
  return names.flatMap(([name]) => badIds.map((id) => ({ ...ref, [name]: id })))
}
