import type { components } from '../generated/anaconda.ts'
import { readInstant } from '../src/vendor/instant.ts'
import { follows, lenient } from './follows.ts'
import { inOrder } from './range.ts'
import * as z from './zod.ts'

type Schemas = components['schemas']

export const exportJob = follows<Schemas['ExportJobResponse']>()(
  z.object({
    id: z.string(),
    org_id: lenient<string>('string'),
    status: z.string(),
    created_at: lenient<string>('string'),
    completed_at: lenient<string | null>('string'),
    download_url: lenient<string | null>('string'),
    error_message: lenient<string | null>('string'),
    progress: lenient<number | null>('number'),
    total_records: lenient<number | null>('number'),
  }),
)

export const token = follows<Schemas['TokenResponse']>()(
  z.object({
    access_token: z.string(),
    expires_in: lenient<number>('number'),
    token_type: lenient<string>('string'),
  }),
)

const time = () =>
  z
    .string()
    .check(z.refine((text) => readInstant(text) !== undefined, 'must be a time such as 2026-01-31T00:00:00Z'))

export const startParams = follows<Schemas['StartExportRequest']>()(
  z
    .strictObject({
      from_date: z.optional(time()),
      to_date: z.optional(time()),
      q: z.optional(z.array(z.string())),
      search_operator: z.optional(z.enum(['or', 'and'])),
    })
    .check(inOrder('from_date', 'to_date')),
)
