import type { components } from '../generated/tyk.ts'
import { isDay } from '../src/vendor/instant.ts'
import { follows, lenient, word } from './follows.ts'
import * as z from './zod.ts'

type Schemas = components['schemas']

export const exportResponse = follows<Schemas['models.ProxyLogExportResponse']>()(
  z.object({
    id: z.string(),
    type: lenient(z.string()),
    attributes: z.object({
      status: word<Schemas['models.ExportStatus']>(),
      export_id: lenient(z.string()),
      source_type: lenient(word<Schemas['models.ExportSourceType']>()),
      source_id: lenient(z.number()),
      start_date: lenient(z.string()),
      end_date: lenient(z.string()),
      search_filter: lenient(z.string()),
      requested_at: lenient(z.string()),
      requested_by: lenient(z.number()),
      completed_at: lenient(z.string()),
      expires_at: lenient(z.string()),
      total_records: lenient(z.number()),
      file_size: lenient(z.number()),
      error_message: lenient(z.string()),
    }),
  }),
)

const day = () => z.string().check(z.refine(isDay, 'must be a day that exists, YYYY-MM-DD'))
const count = (value: number) => Number.isSafeInteger(value) && value > 0

export const startParams = follows<Schemas['StartExportRequest']>()(
  z
    .strictObject({
      source_type: z.enum(['app', 'llm', 'user']),
      source_id: z.number().check(z.refine(count, 'must be a whole number from 1')),
      start_date: day(),
      end_date: day(),
      search: z.optional(z.string()),
    })
    .check(
      z.refine(({ start_date, end_date }) => start_date <= end_date, {
        path: ['end_date'],
        error: 'must not be before "start_date"',
      }),
    ),
)
