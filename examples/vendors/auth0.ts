// Exports of users of Auth0, from https://auth0.com/docs/api/management/v2/jobs/post-users-exports
// and https://auth0.com/docs/api/management/v2/jobs/get-jobs-by-id
import { defineVendor } from 'export-jobs/vendor'
import { z } from 'zod'

const job = z.object({
  id: z.string(),
  status: z.string(),
  created_at: z.string().nullish(),
  percentage_done: z.number().nullish(),
  location: z.string().nullish(),
})

/** What to export. Default: all users, as JSON Lines. The file is compressed with gzip. */
export interface Auth0Params {
  connection_id?: string
  format?: 'csv' | 'json'
  limit?: number
  fields?: { name: string; export_as?: string }[]
}

/** `baseUrl`: `https://<tenant>/api/v2`. `token`: with the scope `read:users`; it expires after a day. */
export const createAuth0Client = defineVendor({
  vendor: 'auth0',
  statuses: { pending: 'pending', processing: 'running', completed: 'completed', failed: 'failed' },
  async get(id: string, { request }) {
    const raw = await request({ path: '/jobs/{id}', params: { id }, schema: job })
    const { status, created_at: createdAt, percentage_done: progress, location: url } = raw
    return { id: raw.id, status, createdAt, progress, download: { url }, raw }
  },
  start: async (json: Auth0Params = {}, { request }) =>
    (await request({ path: '/jobs/users-exports', json, schema: job })).id,
  download: (job) => ({ url: job.download?.url }),
})
