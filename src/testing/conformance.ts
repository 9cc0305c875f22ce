import { inspect } from 'node:util'
import type { ExportClient } from '../client.ts'
import { isExportJobsError } from '../errors.ts'
import type { ExportJob } from '../job.ts'
import { checkJob, expect } from './conformance-job.ts'

/** Ids no client may send: they would climb the path, split it, or break a header. */
export const badIds: readonly string[] =
  // biome-ignore format: one line says as much as eleven
  ['', '.', '..', 'a/b', 'a\\b', '%2e%2e', 'a%2Fb', 'a\nb', '\u0000', '\ud800', 'x'.repeat(513)]

/** What {@link conformance} needs to know about a client. */
export interface ConformanceOptions<Ref, Job extends ExportJob = ExportJob> {
  /** Makes a client, with `secrets` as its credentials, that sends its requests with this `fetch`. */
  createClient(fetch: typeof globalThis.fetch): ExportClient<Ref, Job>
  /** Plays the vendor, for example `(request) => getResponse(simulator.handlers, request)`. */
  respond(request: Request): Response | Promise<Response>
  /** One export in each state `respond` can show; `missing` is one the vendor does not know. */
  refs: {
    pending?: Ref
    running?: Ref
    completed: Ref
    failed?: Ref
    canceled?: Ref
    expired?: Ref
    missing?: Ref
  }
  /** Refs to be refused before any request. Default {@link badIds} where refs are strings, else none. */
  badRefs?: readonly Ref[]
  /** The credentials the client was given: no error and no printed client may show them. */
  secrets: readonly string[]
}

/** One check: `test(check.name, check.run)` in any test runner. */
export interface Check {
  readonly name: string
  /** Rejects with an Error that says which promise is broken. */
  run(): Promise<void>
}

/**
 * The promises every client makes, as checks: for whoever writes a client for a vendor of their own.
 *
 * @param options - see {@link ConformanceOptions}
 * @returns the checks; independent of each other and of any test runner
 *
 * @example
 * ```ts
 * for (const check of conformance({ createClient, respond, refs, secrets })) test(check.name, check.run)
 * ```
 */
export function conformance<Ref, Job extends ExportJob>(options: ConformanceOptions<Ref, Job>): Check[] {
  const { createClient, refs, secrets } = options
  const { missing, ...known } = refs
  const strings = typeof refs.completed === 'string'
  const badRefs = options.badRefs ?? (strings ? (badIds as readonly unknown[] as readonly Ref[]) : [])
  const answering: typeof fetch = async (input, init) => options.respond(new Request(input, init))
  const forbidden: typeof fetch = async () => {
    throw new Error('a request was sent')
  }

  function hides(value: unknown, what: string): void {
    const printed = `${inspect(value, { depth: 8, showHidden: true })} ${JSON.stringify(value)} ${value}`
    for (const secret of secrets) expect(!printed.includes(secret), `${what} shows a credential`)
  }

  const states = Object.entries(known).map(([status, ref]) => ({
    name: `get answers a ${status} job`,
    async run() {
      const client = createClient(answering)
      checkJob(await client.get(ref as Ref), client.vendor, status, ref)
    },
  }))

  const refusals = badRefs.map((badRef) => ({
    name: `get refuses ${inspect(badRef).slice(0, 60)} before any request`,
    async run() {
      const error = await rejection(createClient(forbidden).get(badRef, { retries: 0 }))
      expect(codeOf(error) === 'invalid-ref', `rejected with ${error}, not with the code 'invalid-ref'`)
    },
  }))

  const unknown = (missing === undefined ? [] : [missing]).map((ref) => ({
    name: 'get rejects an export the vendor does not know as not-found',
    async run() {
      const error = await rejection(createClient(answering).get(ref))
      expect(codeOf(error) === 'not-found', `rejected with ${error}, not with the code 'not-found'`)
    },
  }))

  return [
    ...states,
    ...refusals,
    ...unknown,
    {
      name: 'get rejects with the reason of a signal aborted before, without a request',
      async run() {
        const reason = new Error('stopped before')
        const signal = AbortSignal.abort(reason)
        const error = await rejection(createClient(forbidden).get(refs.completed, { signal, retries: 0 }))
        expect(error === reason, `rejected with ${error}, not with the signal's own reason`)
      },
    },
    {
      name: 'get rejects with the reason of a signal aborted during the request',
      async run() {
        const controller = new AbortController()
        const reason = new Error('stopped during')
        const client = createClient((input, init) => {
          const { signal } = new Request(input, init)
          setTimeout(() => controller.abort(reason), 0)
          return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
        })
        const error = await rejection(client.get(refs.completed, { signal: controller.signal }))
        expect(error === reason, `rejected with ${error}, not with the signal's own reason`)
      },
    },
    {
      name: 'no error and no printed client shows a credential',
      async run() {
        const failing = createClient(async (input, init) => {
          const headers = [...new Request(input, init).headers].join()
          throw new TypeError(`fetch failed: ${headers} ${secrets.join()}`)
        })
        const refusing = createClient(async () => new Response(secrets.join(), { status: 403 }))
        hides(await rejection(failing.get(refs.completed, { retries: 0 })), 'the error of a failed request')
        hides(await rejection(refusing.get(refs.completed, { retries: 0 })), 'the error of a refusal')
        hides(failing, 'the client')
      },
    },
  ]
}

function codeOf(error: unknown): string | undefined {
  return isExportJobsError(error) ? error.code : undefined
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect(false, 'it resolved, and should have rejected'),
    (error: unknown) => error,
  )
}
