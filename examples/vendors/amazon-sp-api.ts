// Reports of Amazon sellers, from https://developer-docs.amazon.com/sp-api/docs/reports-api-v2021-06-30-reference
import { defineVendor } from 'export-jobs/vendor'
import { z } from 'zod'

const report = z.object({
  reportId: z.string(),
  processingStatus: z.string(),
  createdTime: z.string().nullish(),
  reportDocumentId: z.string().nullish(),
})

/** What to report: `GET_FLAT_FILE_OPEN_LISTINGS_DATA`, for example. */
export interface ReportParams {
  reportType: string
  marketplaceIds: string[]
}

/** `token`: an access token of Login with Amazon. It expires after an hour, so pass a function. */
export const createAmazonClient = defineVendor({
  vendor: 'amazon-sp-api',
  baseUrl: 'https://sellingpartnerapi-na.amazon.com/reports/2021-06-30',
  auth: (token) => ({ 'x-amz-access-token': token }),
  rateLimits: [{ requests: 2, per: '1s' }],
  // CANCELLED: by a request, or by Amazon if there is nothing to report.
  statuses: {
    in_queue: 'pending',
    in_progress: 'running',
    done: 'completed',
    cancelled: 'canceled',
    fatal: 'failed',
  },
  async get(id: string, { request }) {
    const raw = await request({ path: '/reports/{id}', params: { id }, schema: report })
    return { id: raw.reportId, status: raw.processingStatus, createdAt: raw.createdTime, raw }
  },
  start: async (json: ReportParams, { request }) =>
    (await request({ path: '/reports', json, schema: report.pick({ reportId: true }) })).reportId,
  cancel: (id, { request }) => request({ method: 'DELETE', path: '/reports/{id}', params: { id } }),
  // The URL takes a second request, and expires after five minutes.
  async download({ raw: { reportDocumentId: id } }, { request }) {
    return id
      ? request({ path: '/documents/{id}', params: { id }, schema: z.object({ url: z.string() }) })
      : undefined
  },
})
