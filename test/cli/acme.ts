import * as z from 'zod/mini'
import { defineVendor } from '../../src/vendor/index.ts'

const acmeExport = z.looseObject({ id: z.string(), state: z.string() })

/** A vendor as the user of the command has one, in a file of his own. */
export default defineVendor({
  vendor: 'acme-2',
  auth: (token) => ({ 'x-api-key': token }),
  headers: ({ teamId, secret }: { teamId?: string; secret?: string }) => ({
    'x-team': teamId,
    'x-secret': secret,
  }),
  statuses: { busy: 'running', done: 'completed' },
  async get(id: string, { request }) {
    const raw = await request({ path: '/exports/{id}', params: { id }, schema: acmeExport })
    return { id: raw.id, status: raw.state, raw }
  },
  async start(params: Record<string, unknown>, { request }) {
    return (await request({ path: '/exports', json: params, schema: acmeExport })).id
  },
  download: ({ id }) => ({ path: '/exports/{id}/file', params: { id } }),
})
