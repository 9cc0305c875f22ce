import * as z from 'zod/mini'
import type { components } from '../generated/anaconda.ts'
import { follows, number, unchecked } from './follows.ts'

type Schemas = components['schemas']

export const exportJob = follows<Schemas['ExportJobResponse']>()(
  z.object({
    id: z.string(),
    org_id: z.string(),
    status: z.string(),
    created_at: z.string(),
    completed_at: z.optional(z.nullable(z.string())),
    download_url: z.optional(z.nullable(z.string())),
    error_message: z.optional(z.nullable(z.string())),
    progress: z.optional(z.nullable(number())),
    total_records: z.optional(z.nullable(number())),
  }),
)

export const startedExport = follows<Schemas['StartedExport']>()(
  // Only one of the values is the id, and the export has begun whatever else is in there.
  z.record(z.string(), unchecked<string>()),
)

export const token = follows<Schemas['TokenResponse']>()(
  z.object({
    access_token: z.string(),
    expires_in: z.optional(number()),
    token_type: z.optional(z.string()),
  }),
)

export const startParams = follows<Schemas['StartExportRequest']>()(
  z.object({
    from_date: z.optional(z.string()),
    to_date: z.optional(z.string()),
    q: z.optional(z.array(z.string())),
    search_operator: z.optional(z.enum(['or', 'and'])),
  }),
)
