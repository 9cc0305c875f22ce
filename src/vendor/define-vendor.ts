import type { ExportClient, GetOptions } from '../client.ts'
import { createClientFetch, toFetch } from '../http/client-fetch.ts'
import { type ClientOptions, type RateLimit, resolveClientOptions } from '../http/client-options.ts'
import type { Download, DownloadOptions } from '../http/download.ts'
import type { ReadProblem } from '../http/read-problem.ts'
import { throwIfAborted } from '../internal/abort.ts'
import { createLimiter } from '../internal/limiter.ts'
import { copyOwn } from '../internal/options.ts'
import { toRef } from '../internal/ref.ts'
import type { ExportJob } from '../job.ts'
import { beginCall, type VendorContext } from './context.ts'
import type { JobFields } from './job-fields.ts'
import { type DownloadSpec, openVendorDownload } from './open-download.ts'
import { checkRef, describeRef } from './ref.ts'
import { checkStartedId } from './start-params.ts'
import { checkIdentity, type StatusTable, toJob } from './to-job.ts'
import { createVendorTime } from './vendor-time.ts'

/** A vendor, as data and a few functions. */
export interface VendorDefinition<Ref, Raw, Options, Params, Extra> {
  /** Its name in code, errors and logs. */
  readonly vendor: string
  /** Where its API is; omitted: the user must say. */
  readonly baseUrl?: string | undefined
  /** The headers that carry the token. Default: `Authorization: Bearer`. */
  readonly auth?: ((token: string) => Readonly<Record<string, string>>) | undefined
  /** Further headers, from the client's options; an undefined one is not sent. */
  readonly headers?: (options: Options) => Readonly<Record<string, string | undefined>>
  /** The limits that the vendor publishes: all of them hold, unless the user sets `rateLimit`. */
  readonly rateLimits?: readonly RateLimit[] | ((options: Options) => readonly RateLimit[])
  /** The vendor's words for a status in lower case, and what each means. Any other word is `unknown`. */
  readonly statuses: StatusTable
  /** Asks once how an export is doing. */
  get(ref: Ref, context: VendorContext<Options>): Promise<JobFields<Raw>>
  /** Starts an export. It is never retried. */
  start?(params: Params, context: VendorContext<Options>): Promise<Ref>
  /** Where the file of a completed export is. */
  readonly download?: DownloadSpec<Ref, Raw>
  /** How its refusals read, where that is not one of the usual ways. */
  readonly problem?: ReadProblem | undefined
  /** Further members of the client. */
  readonly extend?: (client: ExtensibleClient<Ref, Raw>) => Extra
}

/** A client before it gets its further members, with what these are made with. */
export interface ExtensibleClient<Ref, Raw> extends VendorClient<Ref, Raw> {
  /** Where the API is, without a slash at its end. */
  readonly baseUrl: string
  /** Begins a call: `subject` is what is asked for, in words for errors. */
  begin(subject: string, options?: GetOptions): VendorContext
  /** Makes the job that an answer tells of. */
  toJob(ref: Ref, fields: JobFields<Raw>): ExportJob<Raw, Ref>
}

/** What every client of a defined vendor has. */
export interface VendorClient<Ref, Raw> extends ExportClient<Ref, ExportJob<Raw, Ref>> {
  /** The client's hardened `fetch`: token, limits, retries, redaction. It goes to the base URL and nowhere else. */
  readonly fetch: typeof globalThis.fetch
}

/** What the client of a vendor that starts exports has. */
export interface Startable<Ref, Params> {
  /** Starts an export and returns what finds it. Never retried by itself: a second call is a second export. */
  start(params: Params, options?: Omit<GetOptions, 'retries'>): Promise<Ref>
}

/** What the client of a vendor with downloads has. */
export interface Downloadable<Ref, Raw> {
  /** Opens the exported file. */
  openDownload(refOrJob: Ref | ExportJob<Raw, Ref>, options?: DownloadOptions): Promise<Download>
}

/** The client of a defined vendor: it has what the definition has. */
export type ClientOf<Ref, Raw, Params, Extra, Definition> = VendorClient<Ref, Raw> &
  Extra &
  ('start' extends keyof Definition ? Startable<Ref, Params> : unknown) &
  ('download' extends keyof Definition ? Downloadable<Ref, Raw> : unknown)

/** Makes the clients of one vendor. */
export interface VendorFactory<Options, Client> {
  /**
   * Makes a client.
   *
   * @throws ConfigurationError `invalid-option` for options that are invalid.
   */
  (options: Options): Client
  /** The vendor's name in code, errors and logs. */
  readonly vendor: string
}

/**
 * Makes the factory of a vendor's clients from what is particular to that vendor.
 *
 * @param given - the vendor
 * @returns makes a client, and has the vendor's name
 */
export function defineVendor<Ref, Raw, Options extends object, Params, Extra, Definition extends object>(
  given: VendorDefinition<Ref, Raw, Options, Params, Extra> & Definition,
): VendorFactory<Options & ClientOptions, ClientOf<Ref, Raw, Params, Extra, Definition>> {
  const definition = copyOwn<VendorDefinition<Ref, Raw, Options, Params, Extra>>(given)
  const { vendor, statuses } = definition

  const createClient = (
    clientOptions: Options & ClientOptions,
  ): ClientOf<Ref, Raw, Params, Extra, Definition> => {
    const options = copyOwn<Options & ClientOptions>(clientOptions)
    const { baseUrl, auth, problem, rateLimits } = definition
    const settings = resolveClientOptions(options, {
      vendor,
      baseUrl,
      auth,
      problem,
      headers: definition.headers?.(options),
      rateLimits: typeof rateLimits === 'function' ? rateLimits(options) : rateLimits,
    })
    const clientFetch = createClientFetch(settings)
    const time = createVendorTime()
    const limiter = createLimiter(settings.concurrency, [], settings.clock)
    const source = { ...settings, fetch: clientFetch, options }

    async function get(refOrJob: Ref, options?: GetOptions) {
      const ref = toRef(refOrJob, vendor)
      checkRef(ref, vendor)
      const call = copyOwn(options)
      const { context, lastResponse } = beginCall(source, describeRef(ref), call)
      try {
        const fields = await definition.get(ref, context)
        const job = toJob(vendor, statuses, ref, fields, lastResponse())
        time.set(job.answeredAt)
        if (typeof ref === 'string') checkIdentity(ref, job.id, vendor)
        return job
      } catch (error) {
        throwIfAborted(call.signal)
        throw error
      }
    }

    async function start(params: Params, options?: GetOptions): Promise<Ref> {
      const call = copyOwn(options)
      const { context } = beginCall(source, 'the start of an export', call)
      try {
        const ref = (await definition.start?.(params, context)) as Ref
        if (typeof ref !== 'object' || ref === null) checkStartedId(ref, vendor)
        return ref
      } catch (error) {
        throwIfAborted(call.signal)
        throw error
      }
    }

    const client = { vendor, get, fetch: toFetch(clientFetch) }
    return {
      ...client,
      ...(definition.start && { start }),
      ...(definition.download && {
        openDownload: (refOrJob: Ref | ExportJob<Raw, Ref>, options?: DownloadOptions) =>
          openVendorDownload(
            definition.download as DownloadSpec<Ref, Raw>,
            { ...settings, fetch: clientFetch, limiter, get, now: time.now },
            refOrJob,
            options,
          ),
      }),
      ...definition.extend?.({
        ...client,
        baseUrl: settings.baseUrl,
        begin: (subject, options) => beginCall(source, subject, copyOwn(options)).context,
        toJob: (ref, fields) => toJob(vendor, statuses, ref, fields),
      }),
    } as ClientOf<Ref, Raw, Params, Extra, Definition>
  }
  return Object.assign(createClient, { vendor })
}
