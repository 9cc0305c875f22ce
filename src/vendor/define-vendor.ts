import type { GetOptions } from '../client.ts'
import { checkRef, describeRef } from '../http/check-id.ts'
import { toFetch } from '../http/client-fetch.ts'
import { type ClientOptions, resolveClientOptions } from '../http/client-options.ts'
import type { DownloadOptions } from '../http/download.ts'
import { throwIfAborted } from '../internal/abort.ts'
import { carryServer } from '../internal/client.ts'
import { createLimiter } from '../internal/limiter.ts'
import { copyOwn } from '../internal/options.ts'
import { toRef } from '../internal/ref.ts'
import type { ExportJob } from '../job.ts'
import { beginCall, createCallSource, type VendorContext } from './context.ts'
import { readDefinition, readStatusTable, toAuth, type VendorDefinition } from './definition.ts'
import { openVendorDownload } from './open-download.ts'
import { checkStartedRef } from './start-params.ts'
import { checkIdentity, toJob } from './to-job.ts'
import type {
  Cancelable,
  Downloadable,
  HostedOptions,
  Startable,
  VendorClient,
  VendorFactory,
} from './vendor-client.ts'
import { createVendorTime } from './vendor-time.ts'

/** Makes unknown names in a definition a compile error. */
export type Misspelled<Names extends PropertyKey> = {
  readonly [Name in Exclude<Names, keyof VendorDefinition<never, never, never, never, never>>]: never
}

/**
 * Makes the function that creates a vendor's clients from what is particular to that vendor. All types are inferred
 * from the definition; for that, write `get` before `download`.
 *
 * @param definition - the vendor
 * @returns creates a client; its `vendor` is the vendor's name
 * @throws ConfigurationError `invalid-option` for an incomplete definition, or a status that does not exist.
 */
export function defineVendor<
  Ref = string,
  Raw = unknown,
  Options = unknown,
  Params = undefined,
  Extra = unknown,
  Definition extends object = object,
>(
  definition: VendorDefinition<Ref, Raw, Options, Params, Extra> & Definition & Misspelled<keyof Definition>,
): VendorFactory<
  ClientOptions & Options & ('baseUrl' extends keyof Definition ? unknown : HostedOptions),
  VendorClient<Ref, Raw> &
    ('start' extends keyof Definition ? Startable<Ref, Params> : unknown) &
    ('cancel' extends keyof Definition ? Cancelable<Ref, Raw> : unknown) &
    ('download' extends keyof Definition ? Downloadable<Ref, Raw> : unknown) &
    Extra
> {
  const defined = readDefinition<VendorDefinition<Ref, Raw, Options, Params, Extra>>(definition)
  const { vendor, baseUrl, problem, rateLimits, download, idOf } = defined
  const statuses = readStatusTable(defined.statuses, vendor)
  const auth = toAuth(defined.auth, vendor)

  const createClient = (clientOptions: ClientOptions & Options) => {
    const options = copyOwn(clientOptions)
    const settings = resolveClientOptions(options, {
      vendor,
      baseUrl,
      auth,
      problem,
      headers: defined.headers?.(options),
      rateLimits: typeof rateLimits === 'function' ? rateLimits(options) : rateLimits,
    })
    const source = createCallSource<Options>(settings, options)
    const time = createVendorTime()
    const limiter = createLimiter(settings.concurrency, [], settings.clock)

    /** Runs a function of the definition, and reads its result. An error that the vendor's answer caused is converted. */
    async function call<Result, Value>(
      subject: string,
      options: GetOptions,
      run: (context: VendorContext<Options>) => Result,
      read: (result: Awaited<Result>, lastResponse: Response | undefined) => Value,
    ): Promise<Value> {
      const { context, lastResponse, failure } = beginCall(source, subject, options)
      try {
        return read(await run(context), lastResponse())
      } catch (error) {
        throwIfAborted(options.signal)
        throw failure(error)
      }
    }

    async function get(refOrJob: Ref, options?: GetOptions) {
      const ref = toRef(refOrJob, vendor)
      checkRef(ref, vendor)
      const run = (context: VendorContext<Options>) => defined.get(ref, context)
      return call(describeRef(ref), copyOwn(options), run, (fields, lastResponse) => {
        const job = toJob(vendor, statuses, ref, fields, lastResponse)
        time.set(copyOwn(job).answeredAt)
        checkIdentity(ref, job.id, vendor, idOf)
        return job
      })
    }

    async function start(params: Params, options?: GetOptions) {
      const run = (context: VendorContext<Options>) => defined.start?.(params, context)
      return call('the start of an export', withoutRetries(options), run, (ref) => {
        checkStartedRef(ref, vendor)
        return ref
      })
    }

    async function cancel(refOrJob: Ref, options?: GetOptions) {
      const ref = toRef(refOrJob, vendor)
      checkRef(ref, vendor)
      const run = (context: VendorContext<Options>) => defined.cancel?.(ref, context)
      return call(`the cancellation of ${describeRef(ref)}`, withoutRetries(options), run, () => {})
    }

    const client = { vendor, get, fetch: toFetch(source.fetch) }
    const begin = (subject: string, options?: GetOptions) =>
      beginCall(source, subject, copyOwn(options)).context
    const downloading = { ...settings, fetch: source.fetch, limiter, get, begin, now: time.now }
    return {
      ...client,
      ...carryServer(settings.baseUrl),
      ...(defined.start && { start }),
      ...(defined.cancel && { cancel }),
      ...(download && {
        openDownload: (refOrJob: Ref | ExportJob<Raw, Ref>, options?: DownloadOptions) =>
          openVendorDownload(download, downloading, refOrJob, options),
      }),
      ...defined.extend?.({
        ...client,
        baseUrl: settings.baseUrl,
        begin,
        toJob: (ref, fields) => toJob(vendor, statuses, ref, fields),
      }),
    }
  }
  return Object.assign(createClient, { vendor }) as never
}

// Another attempt could start a second export, whatever the method of the request.
const withoutRetries = (options: GetOptions | undefined): GetOptions =>
  Object.assign(copyOwn(options), { retries: 0 })
