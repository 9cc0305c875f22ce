// Audit-log exports of WorkOS, from https://workos.com/docs/reference/audit-logs/export
import { defineVendor } from 'export-jobs/vendor'
import { z } from 'zod'

const auditLogExport = z.object({
  id: z.string(),
  state: z.string(),
  url: z.string().nullish(),
  created_at: z.string().nullish(),
})

/** What to export: one organization, between two times in the past three months. */
export interface WorkOsParams {
  organization_id: string
  range_start: string
  range_end: string
  actions?: string[]
  actor_names?: string[]
  targets?: string[]
}

/** `token`: an API key, `sk_…`. The URL of a file expires after ten minutes; `openDownload` gets a new one. */
export const createWorkOsClient = defineVendor({
  vendor: 'workos',
  baseUrl: 'https://api.workos.com',
  statuses: { pending: 'running', ready: 'completed', error: 'failed', expired: 'expired' },
  async get(id: string, { request }) {
    const raw = await request({ path: '/audit_logs/exports/{id}', params: { id }, schema: auditLogExport })
    const download = { url: raw.url, format: 'csv' } as const
    return { id: raw.id, status: raw.state, createdAt: raw.created_at, download, raw }
  },
  async start(json: WorkOsParams, { request }) {
    const { id } = await request({ path: '/audit_logs/exports', json, schema: auditLogExport })
    return id
  },
  download: (job) => ({ url: job.download?.url }),
})
