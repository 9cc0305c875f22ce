import { conformance, createVendorSimulator, createVirtualClock } from 'export-jobs/testing'
import { createTykClient } from 'export-jobs/tyk'

const simulator = createVendorSimulator({ clock: createVirtualClock(), pending: '1s' })
export const id: string = simulator.tyk.add({ outcome: 'failed' })
// @ts-expect-error no export ends like that
simulator.tyk.add({ outcome: 'exploded' })

export const checks = conformance<string, Awaited<ReturnType<ReturnType<typeof createTykClient>['get']>>>({
  createClient: (fetch) =>
    createTykClient({ baseUrl: 'https://studio.example/api/v1', token: 'token', fetch }),
  respond: () => new Response(null, { status: 404 }),
  refs: { completed: id },
  secrets: ['token'],
})

const own = createVendorSimulator({
  vendors: [{ vendor: 'acme', status: '/exports/{id}', respond: ({ id, status }) => ({ id, status }) }],
})
export const ownId: string = own.acme.add({ running: '1h' })
// @ts-expect-error no vendor has this name
own.acne
