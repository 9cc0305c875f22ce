import type { components } from '../generated/tyk.ts'
import { isDay } from '../src/vendor/instant.ts'
import { follows, lenient, word } from './follows.ts'
import { inOrder } from './range.ts'
import * as z from './zod.ts'

type Schemas = components['schemas']

export const exportResponse = follows<Schemas['models.ProxyLogExportResponse']>()(
  z.object({
    id: z.string(),
    type: lenient<string>('string'),
    attributes: z.object({
      status: word<Schemas['models.ExportStatus']>(),
      export_id: lenient<string>('string'),
      source_type: lenient<Schemas['models.ExportSourceType']>('string'),
      source_id: lenient<number>('number'),
      start_date: lenient<string>('string'),
      end_date: lenient<string>('string'),
      search_filter: lenient<string>('string'),
      requested_at: lenient<string>('string'),
      requested_by: lenient<number>('number'),
      completed_at: lenient<string>('string'),
      expires_at: lenient<string>('string'),
      total_records: lenient<number>('number'),
      file_size: lenient<number>('number'),
      error_message: lenient<string>('string'),
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
    .check(inOrder('start_date', 'end_date')),
)
