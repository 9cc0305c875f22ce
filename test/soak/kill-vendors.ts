// The vendors of the kills, in a process of their own: forked, it tells its port. Each run has a simulator for itself,
// found by the host that it is reached at, so that whatever was asked of it was asked by this run.
import { getResponse, HttpResponse, http } from 'msw'
import { createVendorSimulator, type VendorSimulator } from '../../src/testing/index.ts'
import { serve } from '../../src/testing/transports.ts'

/** The vendors at which the runs start exports: the bucket of one has strong ETags, the other has none. */
export type KillVendor = 'loyaltydog' | 'tyk'

/** What is to be there for a run. */
export interface Scene {
  readonly vendor: KillVendor
  /** How it is reached. */
  readonly host: string
  readonly records: number
  /** Ms that the export takes. */
  readonly running: number
}

/** What the run has to know of it. */
export interface Access {
  readonly baseUrl: string
  readonly token: string
}

interface Run {
  readonly simulator: VendorSimulator
  /** The exports that were started. */
  readonly created: string[]
}

const runs = new Map<string, Run>()

const control = [
  http.post('*/scenes', async ({ request }) => {
    const { vendor, host, records, running } = (await request.json()) as Scene
    const simulator = createVendorSimulator({ pending: 0, running })
    // As many as a run could start at the very worst.
    for (let count = 0; count < 9; count++) simulator[vendor].next({ records })
    runs.set(host, { simulator, created: [] })
    const { token, baseUrl } = simulator[vendor]
    return HttpResponse.json({ token, baseUrl: baseUrl(`http://${host}`) } satisfies Access)
  }),
  http.get('*/scenes/:host', ({ params }) => HttpResponse.json(runs.get(String(params.host))?.created ?? [])),
  http.delete('*/scenes/:host', ({ params }) => {
    runs.delete(String(params.host))
    return new HttpResponse(null, { status: 204 })
  }),
]

const relayed = http.all('*', async ({ request }) => {
  const host = request.headers.get('host') ?? ''
  const run = runs.get(host)
  if (!run) return undefined
  const { pathname, search } = new URL(request.url)
  const asked = new Request(`http://${host}${pathname}${search}`, request)
  const response = await getResponse(run.simulator.handlers, asked)
  if (request.method === 'POST' && response?.ok) run.created.push(idOf(await response.clone().json()))
  return response
})

const idOf = (answer: { readonly id?: string; readonly taskId?: string }): string =>
  answer.taskId ?? answer.id ?? ''

const { origin } = await serve((request) => getResponse([relayed, ...control], request))
process.on('disconnect', () => process.exit())
process.send?.({ port: Number(new URL(origin).port) })
