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
import { checkDefinition, readStatusTable, toAuth, type VendorDefinition } from './definition.ts'
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

/** Makes unknown names in a definition a compile error. */
export type Misspelled<Names extends PropertyKey> = {
  readonly [Name in Exclude<Names, keyof VendorDefinition<never, never, never, never, never>>]: never
}

/**
 * Makes the function that creates a vendor's clients from what is particular to that vendor. All types are inferred
 * from the definition; for that, write `get` before `download`.
 *
 * @param given - the vendor
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
  given: VendorDefinition<Ref, Raw, Options, Params, Extra> & Definition & Misspelled<keyof Definition>,
): VendorFactory<
  ClientOptions & Options & ('baseUrl' extends keyof Definition ? unknown : HostedOptions),
  VendorClient<Ref, Raw> &
    ('start' extends keyof Definition ? Startable<Ref, Params> : unknown) &
    ('cancel' extends keyof Definition ? Cancelable<Ref, Raw> : unknown) &
    ('download' extends keyof Definition ? Downloadable<Ref, Raw> : unknown) &
    Extra
> {
  const definition = copyOwn<VendorDefinition<Ref, Raw, Options, Params, Extra>>(given)
  const { vendor, baseUrl, problem, rateLimits, download, idOf } = definition
  checkDefinition(definition)
  const statuses = readStatusTable(definition.statuses, vendor)
  const auth = toAuth(definition.auth, vendor)

  const createClient = (clientOptions: ClientOptions & Options) => {
    const options = copyOwn(clientOptions)
    const settings = resolveClientOptions(options, {
      vendor,
      baseUrl,
      auth,
      problem,
      headers: definition.headers?.(options),
      rateLimits: typeof rateLimits === 'function' ? rateLimits(options) : rateLimits,
    })
    const source = createCallSource<Options>(settings, options)
    const time = createVendorTime()
    const limiter = createLimiter(settings.concurrency, [], settings.clock)

    async function get(refOrJob: Ref, options?: GetOptions) {
      const ref = toRef(refOrJob, vendor)
      checkRef(ref, vendor)
      const given = copyOwn(options)
      const { context, lastResponse, failure } = beginCall(source, describeRef(ref), given)
      try {
        const job = toJob(vendor, statuses, ref, await definition.get(ref, context), lastResponse())
        time.set(job.answeredAt)
        checkIdentity(ref, job.id, vendor, idOf)
        return job
      } catch (error) {
        throwIfAborted(given.signal)
        throw failure(error)
      }
    }

    /** A call that does not return a job. */
    async function call<Value>(
      subject: string,
      options: GetOptions | undefined,
      run: (context: VendorContext<Options>) => Promise<Value>,
    ): Promise<Value> {
      const given = copyOwn(options)
      const { context, failure } = beginCall(source, subject, given)
      try {
        return await run(context)
      } catch (error) {
        throwIfAborted(given.signal)
        throw failure(error)
      }
    }

    const start = (params: Params, options?: GetOptions) =>
      call('the start of an export', options, async (context) => {
        const ref = (await definition.start?.(params, context)) as Ref
        checkStartedRef(ref, vendor)
        return ref
      })

    async function cancel(refOrJob: Ref, options?: GetOptions): Promise<void> {
      const ref = toRef(refOrJob, vendor)
      checkRef(ref, vendor)
      await call(`the end of ${describeRef(ref)}`, options, async (context) =>
        definition.cancel?.(ref, context),
      )
    }

    const client = { vendor, get, fetch: toFetch(source.fetch) }
    const begin = (subject: string, options?: GetOptions) =>
      beginCall(source, subject, copyOwn(options)).context
    const downloading = { ...settings, fetch: source.fetch, limiter, get, begin, now: time.now }
    return {
      ...client,
      ...carryServer(settings.baseUrl),
      ...(definition.start && { start }),
      ...(definition.cancel && { cancel }),
      ...(download && {
        openDownload: (refOrJob: Ref | ExportJob<Raw, Ref>, options?: DownloadOptions) =>
          openVendorDownload(download, downloading, refOrJob, options),
      }),
      ...definition.extend?.({
        ...client,
        baseUrl: settings.baseUrl,
        begin,
        toJob: (ref, fields) => toJob(vendor, statuses, ref, fields),
      }),
    }
  }
  return Object.assign(createClient, { vendor }) as never
}

/** The time by the vendor's own clock, as far as its answers tell it. */
export function createVendorTime() {
  let last: { readonly instant: number; readonly at: number } | undefined
  return {
    /** The vendor has just answered, at this instant of its clock. */
    set(answeredAt: Date | undefined): void {
      if (answeredAt) last = { instant: answeredAt.getTime(), at: performance.now() }
    },
    /** The instant now, in ms since 1970. Before the first answer by the clock of this machine. */
    now: (): number => (last ? last.instant + performance.now() - last.at : Date.now()),
  }
}
