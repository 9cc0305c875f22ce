import * as z from 'zod/mini'
import type { components } from '../generated/tyk.ts'
import { follows, number, word } from './follows.ts'

type Schemas = components['schemas']

export const exportResponse = follows<Schemas['models.ProxyLogExportResponse']>()(
  z.object({
    id: z.string(),
    type: z.optional(z.string()),
    attributes: z.object({
      status: word<Schemas['models.ExportStatus']>(),
      export_id: z.optional(z.string()),
      source_type: z.optional(word<Schemas['models.ExportSourceType']>()),
      source_id: z.optional(number()),
      start_date: z.optional(z.string()),
      end_date: z.optional(z.string()),
      search_filter: z.optional(z.string()),
      requested_at: z.optional(z.string()),
      requested_by: z.optional(number()),
      completed_at: z.optional(z.string()),
      expires_at: z.optional(z.string()),
      total_records: z.optional(number()),
      file_size: z.optional(number()),
      error_message: z.optional(z.string()),
    }),
  }),
)

export const startParams = follows<Schemas['StartExportRequest']>()(
  z.object({
    source_type: z.enum(['app', 'llm', 'user']),
    source_id: number(),
    start_date: z.string(),
    end_date: z.string(),
    search: z.optional(z.string()),
  }),
)
