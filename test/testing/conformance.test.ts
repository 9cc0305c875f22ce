import { describe, expect, test } from 'vitest'
import type { ExportClient } from '../../src/client.ts'
import { ApiError, ConfigurationError, TransportError } from '../../src/errors.ts'
import type { ExportJob } from '../../src/job.ts'
import { badIds, conformance } from '../../src/testing/index.ts'

type Toy = ExportClient<string, ExportJob>
const secret = 'fifth-vendor-secret'

/** A fifth vendor whose id is its status. */
function respond(request: Request): Response {
  const id = new URL(request.url).pathname.slice(1)
  return id === 'missing' ? new Response('no', { status: 404 }) : Response.json({ id, status: id })
}

function createToy(send: typeof fetch): Toy {
  return {
    vendor: 'fifth',
    async get(ref, { signal } = {}) {
      signal?.throwIfAborted()
      if (badIds.includes(ref)) throw new ConfigurationError('invalid-ref', 'not an id')
      const init = { headers: { authorization: secret }, ...(signal && { signal }) }
      const response = await send(`https://fifth.example/${ref}`, init).catch(() => {
        signal?.throwIfAborted()
        throw new TransportError('network', 'no answer', 'fifth')
      })
      if (!response.ok) throw new ApiError('refused', { vendor: 'fifth', httpStatus: response.status })
      const raw = (await response.json()) as { id: string; status: 'completed' }
      const base = { vendor: 'fifth', id: raw.id, ref, rawStatus: raw.status, raw }
      return (raw.status as string) === 'failed'
        ? { ...base, status: 'failed', reason: 'full' }
        : { ...base, status: raw.status }
    },
  }
}

const refs = {
  pending: 'pending',
  running: 'running',
  completed: 'completed',
  failed: 'failed',
  canceled: 'canceled',
  missing: 'missing',
}
const suiteOf = (createClient: (send: typeof fetch) => Toy) =>
  conformance({ createClient, respond, refs, secrets: [secret] })

describe('a good client', () => {
  for (const check of suiteOf(createToy)) test(check.name, check.run)
})

/** A client whose answers or errors are spoilt. */
const spoilt = (spoil: (get: Toy['get']) => Toy['get']) => (send: typeof fetch) => {
  const toy = createToy(send)
  return { ...toy, get: spoil(toy.get) }
}

test.each<[string, (send: typeof fetch) => Toy, string]>([
  [
    'a count made up',
    spoilt((get) => async (ref) => ({ ...(await get(ref)), totalRecords: 0 })),
    'a pending job',
  ],
  [
    'a date made up',
    spoilt((get) => async (ref) => ({ ...(await get(ref)), createdAt: new Date(0) })),
    'a completed job',
  ],
  [
    'an answeredAt that is no date',
    spoilt((get) => async (ref) => ({ ...(await get(ref)), answeredAt: 'now' }) as never),
    'a completed job',
  ],
  [
    'a requestId that is no text',
    spoilt((get) => async (ref) => ({ ...(await get(ref)), requestId: 7 }) as never),
    'a completed job',
  ],
  [
    'a reason of a canceled job that is no text',
    spoilt((get) => async (ref) => ({ ...(await get(ref)), reason: 7 }) as never),
    'a canceled job',
  ],
  [
    'undefined fields',
    spoilt((get) => async (ref) => ({ ...(await get(ref)), fileSize: undefined }) as never),
    'a failed job',
  ],
  [
    'a foreign field',
    spoilt((get) => async (ref) => ({ ...(await get(ref)), reason: 'x' }) as never),
    'a running job',
  ],
  [
    'another reason',
    spoilt((get) => (ref, options) => get(ref, options).catch(() => Promise.reject(new Error('aborted')))),
    'during',
  ],
  ['a deaf client', spoilt((get) => (ref) => get(ref)), 'aborted before'],
  ['no check of ids', spoilt((get) => (ref) => get(ref === '..' ? 'x' : ref)), "refuses '..'"],
  [
    'an untyped 404',
    spoilt((get) => (ref) => get(ref).catch(() => Promise.reject(new Error('404')))),
    'not-found',
  ],
  ['a visible token', (send) => ({ ...createToy(send), token: secret }) as Toy, 'credential'],
])('finds %s', async (_, createClient, named) => {
  const check = suiteOf(createClient).find(({ name }) => name.includes(named))
  await expect(check?.run()).rejects.toThrow()
})
