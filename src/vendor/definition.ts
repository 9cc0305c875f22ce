import type { GetOptions } from '../client.ts'
import { ConfigurationError } from '../errors.ts'
import type { ReadProblem } from '../http/api-error.ts'
import type { RateLimit } from '../http/client-options.ts'
import { checkHeaders } from '../http/headers.ts'
import { describeThrown } from '../internal/describe-thrown.ts'
import { isPlainObject } from '../internal/json.ts'
import { assertOption, copyOwn, ignoreRejection } from '../internal/options.ts'
import type { ExportJob, ExportStatus } from '../job.ts'
import { exportStatuses, isStatus } from '../read-job.ts'
import type { VendorContext } from './context.ts'
import type { DownloadSpec } from './open-download.ts'
import type { JobFields } from './to-job.ts'
import type { VendorClient } from './vendor-client.ts'

/**
 * How a token is sent: a scheme of `Authorization`, of which `basic` takes `user:password`, or the headers that carry
 * it.
 */
export type AuthScheme = 'bearer' | 'basic' | ((token: string) => Readonly<Record<string, string>>)

/** The vendor's words for a status, in any letter case, and what each means. */
export type StatusTable = Readonly<Record<string, ExportStatus>>

/**
 * A vendor, as data and a few functions.
 *
 * @typeParam Ref - what finds an export: the first parameter of `get`
 * @typeParam Raw - the vendor's own answer: `raw` of what `get` returns
 * @typeParam Options - the options that the vendor's clients take in addition to the common ones: the parameter of
 * `headers`
 * @typeParam Params - what an export is started with: the first parameter of `start`
 * @typeParam Extra - further members of the client
 */
export interface VendorDefinition<Ref, Raw, Options, Params, Extra> {
  /** Its name in code, errors and logs. */
  readonly vendor: string
  /** Where its API is. If omitted, the user must set it. */
  readonly baseUrl?: string | undefined
  /** How the token is sent. Default `'bearer'`. */
  readonly auth?: AuthScheme | undefined
  /** Further headers, from the client's options; an undefined one is not sent. */
  readonly headers?: (options: Options) => Readonly<Record<string, string | undefined>>
  /** The limits that the vendor publishes. All of them apply, unless the user sets `rateLimit`. */
  readonly rateLimits?: readonly RateLimit[] | ((options: Options) => readonly RateLimit[])
  /** The vendor's words for a status, in any letter case, and what each means. Any other word is `unknown`. */
  readonly statuses: StatusTable
  /** Asks once how an export is doing. What it returns is checked and becomes the ExportJob. */
  get(ref: Ref, context: VendorContext<Options>): Promise<JobFields<Raw>>
  /**
   * For a ref that is an object: returns the export's own id, which the answer must have. Default: the part `id`, or
   * else the last, which changes in a store that reorders keys, such as PostgreSQL's `jsonb`. Write it after `get`.
   */
  idOf?(ref: NoInfer<Ref>): string
  /** Starts an export, and returns what finds it. It is never retried. */
  start?(params: Params, context: VendorContext<Options>): Promise<NoInfer<Ref>>
  /** Stops an export. It is never retried. */
  cancel?(ref: NoInfer<Ref>, context: VendorContext<Options>): Promise<unknown>
  /** Where the file of a completed export is. */
  readonly download?: DownloadSpec<Ref, Raw, Options>
  /** Reads its refusals, if they do not have one of the usual shapes. */
  readonly problem?: ReadProblem | undefined
  /** Further members of the client. */
  readonly extend?: (client: ExtensibleClient<Ref, Raw, Options>) => Extra
}

/** The client that `extend` is given, with what further members are made from. */
export interface ExtensibleClient<Ref, Raw, Options> extends VendorClient<Ref, Raw> {
  /** Where the API is, without a slash at its end. */
  readonly baseUrl: string
  /** Begins a call: `subject` is what is asked for, in words for errors. */
  begin(subject: string, options?: GetOptions): VendorContext<Options>
  /** Makes the job of an answer. */
  toJob(ref: Ref, fields: JobFields<Raw>): ExportJob<Raw, Ref>
}

const syncFunctions = ['headers', 'idOf', 'problem', 'extend'] as const
const optionalFunctions = [...syncFunctions, 'start', 'cancel'] as const

type AnyFunction = (...args: unknown[]) => unknown

/**
 * Copies and checks a definition. Those of its functions whose result is not awaited throw if it is a promise.
 *
 * @throws ConfigurationError `invalid-option` for a definition without a name or `get`, or with a text for a function.
 */
export function readDefinition<Definition extends object>(given: Definition): Definition {
  const copy = copyOwn(given)
  const definition = copy as Record<string, unknown> & Definition
  const { vendor, get, rateLimits, download } = definition
  const hasName = typeof vendor === 'string' && vendor !== ''
  assertOption(hasName, 'defineVendor takes { vendor, statuses, get, … }: vendor is the name.')
  assertOption(typeof get === 'function', `get of ${vendor} must be a function.`, vendor)
  for (const name of optionalFunctions) {
    const isSound = definition[name] === undefined || typeof definition[name] === 'function'
    assertOption(isSound, `${name} of ${vendor} must be a function.`, vendor)
  }
  const isRoute =
    isPlainObject(download) && typeof download.path === 'string' && typeof download.params === 'function'
  assertOption(
    download === undefined || typeof download === 'function' || isRoute,
    `download of ${vendor} must be a function, or { path, params } with a function that returns the parameters.`,
    vendor,
  )
  assertOption(
    rateLimits === undefined || typeof rateLimits === 'function' || Array.isArray(rateLimits),
    `rateLimits of ${vendor} must be a list of { requests, per }, or a function that returns one.`,
    vendor,
  )
  for (const name of syncFunctions)
    if (definition[name]) Object.assign(definition, { [name]: syncOnly(definition, name, vendor) })
  return definition
}

function syncOnly(definition: Record<string, unknown>, name: string, vendor: string): AnyFunction {
  const run = definition[name] as AnyFunction
  return (...args) => {
    const result = run.apply(definition, args)
    ignoreRejection(result)
    assertOption(!(result instanceof Promise), `${name} of ${vendor} must not be async.`, vendor)
    return result
  }
}

/**
 * Makes the function that adds a token to the headers of a request; undefined for the default, `bearer`.
 *
 * @throws ConfigurationError `invalid-option` for an unknown scheme. The function throws one if the vendor's own
 * function throws or returns anything but headers.
 */
export function toAuth(
  scheme: AuthScheme | undefined,
  vendor: string,
): ((token: string) => Readonly<Record<string, string>>) | undefined {
  if (scheme === undefined || scheme === 'bearer') return undefined
  // `btoa` takes Latin-1, which every token is.
  if (scheme === 'basic') return (token) => ({ authorization: `Basic ${btoa(token)}` })
  assertOption(
    typeof scheme === 'function',
    `auth of ${vendor} must be 'bearer', 'basic' or a function.`,
    vendor,
  )
  return (token) => {
    let headers: unknown
    try {
      headers = scheme(token)
    } catch (error) {
      const message = `auth of ${vendor} threw ${describeThrown(error)}. Its text is not shown, as it may contain a secret.`
      throw new ConfigurationError('invalid-option', message, vendor)
    }
    ignoreRejection(headers)
    assertOption(isPlainObject(headers), `auth of ${vendor} must return headers, and not be async.`, vendor)
    return checkHeaders(headers as Record<string, string>, vendor)
  }
}

/** What a vendor's word for a status means; `unknown` for any other word. */
export type ReadStatus = (word: string) => ExportStatus

/**
 * Makes the function that looks up the vendor's words for a status.
 *
 * @throws ConfigurationError `invalid-option` for a status that does not exist: a wait would never end on it.
 */
export function readStatusTable(statuses: StatusTable, vendor: string): ReadStatus {
  assertOption(
    isPlainObject(statuses),
    `statuses of ${vendor} must be its words and what they mean: { done: 'completed' }.`,
    vendor,
  )
  const keyOf = (word: string) => word.trim().toLowerCase()
  const table = new Map<string, ExportStatus>()
  for (const [word, status] of Object.entries(statuses)) {
    assertOption(
      isStatus(status),
      `statuses.${word} of ${vendor} must be one of ${[...exportStatuses].join(', ')}.`,
      vendor,
    )
    table.set(keyOf(word), status)
  }
  return (word) => table.get(keyOf(word)) ?? 'unknown'
}
