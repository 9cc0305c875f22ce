import * as z from 'zod/mini'
import type { components } from '../generated/anaconda.ts'
import { follows, number } from './follows.ts'

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

export const startedExport = follows<Schemas['StartedExport']>()(z.record(z.string(), z.string()))

export const token = follows<Schemas['TokenResponse']>()(
  z.object({
    access_token: z.string(),
    expires_in: z.optional(number()),
    token_type: z.optional(z.string()),
  }),
)
