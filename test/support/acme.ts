import * as z from 'zod/mini'
import type { RateLimit } from '../../src/http/client-options.ts'
import type { VendorContext } from '../../src/vendor/context.ts'
import { defineVendor } from '../../src/vendor/define-vendor.ts'
import type { StatusTable } from '../../src/vendor/definition.ts'

export interface AcmeOptions {
  readonly team?: string | undefined
}

export type DefinedContext = VendorContext<AcmeOptions>

interface Variations {
  rateLimits?: readonly RateLimit[] | ((options: AcmeOptions) => readonly RateLimit[])
  /** Asks by a global `Request`. */
  viaRequest?: boolean
  seen?: (context: DefinedContext) => void
}

const answer = z.looseObject({ id: z.string(), state: z.string(), url: z.optional(z.string()) })

/** The words of the vendor of these tests. */
export const acmeStatuses: StatusTable = {
  queued: 'pending',
  busy: 'running',
  done: 'completed',
  broken: 'failed',
  stopped: 'canceled',
}

/** A small vendor as a user would define one. */
export const defineAcme = ({ rateLimits = [], viaRequest = false, seen }: Variations = {}) =>
  defineVendor({
    vendor: 'acme',
    baseUrl: 'https://api.acme.example/v1',
    auth: (token) => ({ 'x-api-key': token }),
    headers: ({ team }: AcmeOptions) => ({ 'x-team': team }),
    rateLimits,
    statuses: acmeStatuses,
    async get(id: string, context) {
      seen?.(context)
      const { request, fetch, parse, baseUrl } = context
      const raw = viaRequest
        ? await parse(answer, await (await fetch(new Request(`${baseUrl}/exports/${id}`))).json())
        : await request({ path: '/exports/{id}', params: { id }, schema: answer })
      return { id: raw.id, status: raw.state, download: { url: raw.url ?? null, format: 'csv' }, raw }
    },
    async start(params: { kind: string }, { request }) {
      return (await request({ path: '/exports', json: params, schema: z.looseObject({ id: z.string() }) })).id
    },
    download: (job) => ({
      url: job.status === 'completed' ? job.download?.url : undefined,
      path: '/exports/{id}/file',
      params: { id: job.id },
    }),
    problem: (body) => {
      const { oops, ref, forever } = body as { oops?: string; ref?: string; forever?: boolean }
      return { title: oops, requestId: ref, permanent: forever }
    },
    extend: ({ begin }) => ({
      list: (signal: AbortSignal) => begin('the list', { signal }).request({ path: '/exports' }),
    }),
  })
